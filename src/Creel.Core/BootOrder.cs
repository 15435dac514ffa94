namespace Creel.Core;

/// <summary>How <c>creel serve</c> is to be started with the machine. Nothing in it is a secret.</summary>
/// <param name="Name">What the system calls it: a file name without its ending.</param>
/// <param name="Program">The <c>creel</c> executable, absolute.</param>
/// <param name="Arguments">After the program: <c>serve</c> and its options.</param>
/// <param name="Home">CREEL_HOME, absolute.</param>
public sealed record BootOrder(string Name, string Program, IReadOnlyList<string> Arguments, string Home);

/// <summary>What the system says of it.</summary>
/// <param name="File">Where it is written down; null where it is not.</param>
/// <param name="Enabled">It is started with the machine (of a user: with the user's session, or with the machine where the user lingers).</param>
/// <param name="State">In the system's own word: <c>active</c>, <c>failed</c>, <c>inactive</c>.</param>
public sealed record BootState(string? File, bool Enabled, string State)
{
    /// <summary>CREEL_HOME of the serve that it starts; null where it is not there, or does not say.</summary>
    public string? Home { get; init; }

    /// <summary>There was one, and it was taken away.</summary>
    public bool Removed { get; init; }

    /// <summary>What to do besides, each a sentence with a command.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];
}
