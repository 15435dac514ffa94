namespace Creel.Core.Policy;

/// <summary>Something that an agent may try against its cell.</summary>
/// <param name="Id">Stable, as <c>neighbour.files-read</c>: family, dot, what.</param>
/// <param name="Sentence">What is tried, with the cell's agent as its subject.</param>
/// <param name="Grounds">The cell claims that it is held where it has one of these; none: nobody ever claims it.</param>
public sealed record Attempt(string Id, AttemptFamily Family, string Sentence, IReadOnlyList<ClaimGround> Grounds);

/// <summary>What an attempt is aimed at.</summary>
public enum AttemptFamily
{
    Neighbour,
    Host,
    Privilege,
    Network,

    /// <summary>The keys that the proxy has, and the way past it.</summary>
    Outbound,
    Naming,
    Resource,
}
