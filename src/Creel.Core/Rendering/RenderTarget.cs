namespace Creel.Core.Rendering;

/// <summary>What files are made for.</summary>
public enum RenderTarget
{
    /// <summary>A unit for each group: the level session.</summary>
    Systemd,

    /// <summary>A service for each group in one compose file: the level container.</summary>
    Compose,
}
