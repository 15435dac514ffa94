namespace Creel.Commands.Views;

/// <summary>What <c>creel doctor</c> found of one thing.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Remedy">The command that mends it; null where nothing needs mending.</param>
internal sealed record CheckView(string Check, CheckState State, string Sentence, string? Remedy = null)
{
    public static CheckView Fine(string check, string sentence) => new(check, CheckState.Ok, sentence);
}

internal enum CheckState
{
    Ok,

    /// <summary>Creel works without it, or soon will not.</summary>
    Warning,

    /// <summary>Creel does not work so.</summary>
    Failed,

    /// <summary>Creel does not work so, and a package or a right is what it lacks.</summary>
    Missing,
}
