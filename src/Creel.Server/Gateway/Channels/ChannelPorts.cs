using Creel.Core.Channels;
using Creel.Core.Habitats;
using Creel.Core.Sessions;
using Creel.Server.Audits;

namespace Creel.Server.Gateway.Channels;

/// <summary>What the channels work with. None of it is theirs to end.</summary>
/// <param name="Kinds">The messengers that there are adapters for.</param>
/// <param name="Habitat">What is in force now; null: nothing is.</param>
/// <param name="Variable">A variable of the environment; null: it is not set, or not for habitats.</param>
public sealed record ChannelPorts(
    IReadOnlyList<IChannelKind> Kinds,
    IMessageStore Messages,
    IPairingStore Pairings,
    IAccountTokens Tokens,
    ITurns Turns,
    ISessions Sessions,
    Func<HabitatModel?> Habitat,
    Func<string, string?> Variable,
    AuditTrail Audit
)
{
    /// <summary>Answers what is asked of the gateway itself.</summary>
    public required Func<ControlOrder, CancellationToken, Task<string>> Answer { get; init; }

    /// <summary>Whom an OpenClaw had let in by a code, by its state folder.</summary>
    public Func<string, IReadOnlyList<PairedSender>> OldPairings { get; init; } = _ => [];

    /// <summary>Who waits there with a code.</summary>
    public Func<string, IReadOnlyList<PairingRequest>> OldWaiting { get; init; } = _ => [];

    /// <summary>Where files come to agents; null: agents are told of them, and do not get them.</summary>
    public IAgentMedia? Media { get; init; }
}
