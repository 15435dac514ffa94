namespace Creel.Adapters.Bubblewrap;

/// <summary>How bubblewrap is used.</summary>
/// <param name="Program">A name on the usual path, or an absolute path.</param>
public sealed record BubblewrapOptions(string Program = "bwrap");
