using System.CommandLine;

namespace Creel.Commands.Provisioning;

/// <summary>What can be asked for, of a run and of a sync.</summary>
internal sealed class ProvisionFlags
{
    public Option<string?> Gateway { get; } = new("--gateway") { Description = "Only this gateway", HelpName = "NAME" };

    public Option<string?> Agent { get; } = new("--agent") { Description = "Only this agent", HelpName = "ID" };

    public Option<bool> Bootstrap { get; } = new("--force-bootstrap") { Description = "Their first instructions once more" };

    public Option<bool> Reset { get; } = new("--reset-sessions") { Description = "Their conversations begin anew" };

    public Option<bool> Overwrite { get; } = new("--overwrite") { Description = "Also replace what agents wrote themselves" };

    public Option<bool> Rotate { get; } = new("--rotate-tokens") { Description = "A new token for each" };

    public Option<bool> NoWake { get; } = new("--no-wake") { Description = "Tell nobody to begin" };

    /// <summary>Asked only where something would go that nobody can bring back.</summary>
    public Option<bool> Yes { get; } = YesOption.Make();

    /// <param name="overwrites">Null: as it was said.</param>
    public byte[] Body(
        Call call,
        bool prune = false,
        bool diff = false,
        string? seed = null,
        bool includeMain = false,
        bool? overwrites = null
    ) =>
        Call.Body(
            new
            {
                gateway = call.Value(Gateway),
                agent = call.Value(Agent),
                forceBootstrap = call.Value(Bootstrap),
                resetSessions = call.Value(Reset),
                overwrite = overwrites ?? call.Value(Overwrite),
                rotateTokens = call.Value(Rotate),
                noWake = call.Value(NoWake),
                prune,
                diff,
                includeMain,
                @as = seed,
            }
        );
}
