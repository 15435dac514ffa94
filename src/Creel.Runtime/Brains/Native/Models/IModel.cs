namespace Creel.Runtime.Brains.Native.Models;

/// <summary>A provider's dialect, spoken by its own SDK. Nothing is tried twice here.</summary>
internal interface IModel
{
    /// <summary>Fills the draft as the answer comes, and returns at its end.</summary>
    /// <exception cref="ModelFault">There is no answer, or it broke off.</exception>
    Task AskAsync(Question question, Draft draft, CancellationToken cancel);
}
