using Creel.Core.Sessions;

namespace Creel.Core.Channels;

/// <summary>Something asked of the gateway itself, by somebody who may.</summary>
/// <param name="Argument">What is written behind the command; empty: nothing.</param>
/// <param name="By">For the audit.</param>
/// <param name="Origin">Null: whoever runs the machine.</param>
public sealed record ControlOrder(
    ControlCommand Command,
    AgentId Agent,
    string SessionKey,
    string Argument,
    string By,
    TurnOrigin? Origin
);
