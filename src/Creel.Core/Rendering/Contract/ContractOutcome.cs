namespace Creel.Core.Rendering.Contract;

/// <summary>What an older generator has to do.</summary>
public abstract record ContractOutcome
{
    private ContractOutcome() { }

    /// <summary>Nothing, which is no failure (exit 0).</summary>
    /// <param name="Notice">The old sentence that says why.</param>
    public sealed record Nothing(string Notice) : ContractOutcome;

    /// <summary>Write these groups.</summary>
    public sealed record Write(IReadOnlyList<ContractGroup> Groups) : ContractOutcome;
}
