namespace Creel.Core.Habitats.Legacy;

/// <summary>Which of the older parser's versions.</summary>
public enum LegacyFlavor
{
    /// <summary>The one that the isolation contract was written for.</summary>
    Contract,

    /// <summary>The newest.</summary>
    V5,
}

/// <summary>What the older parser would have done.</summary>
/// <param name="Environment">
/// The text of <c>habitat-parsed.env</c> (mode 0600); after a failure in the middle, as far as it got; null: not written.
/// </param>
/// <param name="Version">The text of <c>hatchery-version</c> (mode 0644); null: not written.</param>
public sealed record LegacyParse(int ExitCode, string Stdout, string Stderr, string? Environment = null, string? Version = null);
