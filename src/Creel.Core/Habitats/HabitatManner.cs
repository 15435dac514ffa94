namespace Creel.Core.Habitats;

/// <summary>How a habitat is read, where whoever brings it up may choose.</summary>
/// <param name="Lenient">As <see cref="HabitatInput.Lenient"/>.</param>
/// <param name="Profile">Of the older formats.</param>
public readonly record struct HabitatManner(bool Lenient, HabitatProfile Profile = HabitatProfile.Hardened)
{
    public static implicit operator HabitatManner(bool lenient) => new(lenient);
}

/// <summary>What the older formats are taken to ask for.</summary>
public enum HabitatProfile
{
    /// <summary>The same agents, groups and levels, with Creel's defaults: network proxy, shared paths read-only.</summary>
    Hardened,

    /// <summary>What their generators made of them: the host's network where nothing else was said, shared paths writable.</summary>
    Contract,
}
