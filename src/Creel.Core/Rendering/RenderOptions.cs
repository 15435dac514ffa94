using Creel.Core.Isolation;

namespace Creel.Core.Rendering;

/// <summary>What a person chose beside the habitat.</summary>
public sealed record RenderOptions
{
    /// <summary>
    /// Every group that asks for no more than this target gives; null: each group where its level belongs, so that a habitat with
    /// both levels gives files of both kinds.
    /// </summary>
    public RenderTarget? Target { get; init; }

    /// <summary>
    /// What groups with the network <c>proxy</c> get, since files alone bring no proxy. Never the host's unless written out.
    /// </summary>
    public NetworkMode InsteadOfProxy { get; init; } = NetworkMode.Internal;

    /// <summary>A login name that units run as; null: a user for each unit, which systemd-sysusers makes.</summary>
    public string? User { get; init; }

    /// <summary>Whom containers run as, and who owns their files.</summary>
    public CellUser ContainerUser { get; init; } = new(1000, 1000);

    /// <summary>The image with OpenClaw in it.</summary>
    public string Image { get; init; } = "openclaw:local";

    /// <summary>The OpenClaw program of the units, absolute.</summary>
    public string Program { get; init; } = "/usr/local/bin/openclaw";
}
