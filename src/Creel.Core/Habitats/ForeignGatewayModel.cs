using Creel.Core.Habitats.Provisioning;

namespace Creel.Core.Habitats;

/// <summary>A gateway elsewhere, of OpenClaw or of another Creel, whose agents are provisioned from here. What opens it is kept apart.</summary>
public sealed record ForeignGatewayModel(string Name, Uri Url)
{
    /// <summary>SHA-256 of its certificate, 64 hexadecimal digits; null: the machine's authorities decide.</summary>
    public string? Pin { get; init; }

    /// <summary>A PEM file of authorities, absolute.</summary>
    public string? CaFile { get; init; }

    /// <summary>We come as a device, which somebody there lets in.</summary>
    public bool Device { get; init; }

    /// <summary>Below which its agents' folders are, on its machine: not looked at here. Null: none was said.</summary>
    public string? WorkspaceRoot { get; init; }

    /// <summary>Where its agents reach us, http or https, without a slash at its end; null: where this machine does, if it is on it.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>A model that reads its first instructions, and follows them, takes minutes; the original gives it 30 s.</summary>
    public static readonly TimeSpan UsualCheckIn = TimeSpan.FromMinutes(5);

    /// <summary>How long one of its agents has to check in after each time that it is woken.</summary>
    public TimeSpan CheckIn { get; init; } = UsualCheckIn;

    /// <summary>A folder of this machine for copies of its agents' own files, as the original made them; <c>~</c> is the home. Null: none are made.</summary>
    public string? Mirror { get; init; }

    /// <summary>The agents that live there, in the order of the file, the gateway's main one among them.</summary>
    public IReadOnlyList<GatewayAgentModel> Agents { get; init; } = [];

    /// <summary>What who named one that the habitat does not have is told.</summary>
    /// <param name="known">Those that there are, for what was probably meant.</param>
    public static CreelException Missing(string name, IEnumerable<string> known) =>
        new(
            Fault.NotFound(
                "no-gateway",
                $"there is no gateway {Slug.Quote(name)}{Spelling.Hint(name, known)}",
                "See which there are: creel gateway list; or add it: creel gateway add NAME URL --token-stdin"
            )
        );

    /// <summary>Names a file too.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 64
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
