using Creel.Core.Tools;

namespace Creel.Core.Habitats;

/// <summary>Who may ask whom for work: <c>tools.agentToAgent</c>, off by default.</summary>
/// <param name="Allow">Agent ids, <c>*</c> in them stands for anything; both the asker and the asked must be named. Empty: nobody.</param>
public sealed record BridgeModel(bool Enabled, IReadOnlyList<string> Allow)
{
    public static BridgeModel Off { get; } = new(false, []);

    /// <summary>
    /// Whose sessions the session tools reach. An OpenClaw's own file that names nobody means everybody; the bridge, which OpenClaw does not
    /// have, it does not open.
    /// </summary>
    public IReadOnlyList<string> Sessions { get; init; } = Allow;

    public bool Permits(AgentId from, AgentId to) => Enabled && Names(Allow, from) && Names(Allow, to);

    /// <summary>Whether one of the words stands for an agent.</summary>
    public static bool Names(IReadOnlyList<string> words, AgentId agent) =>
        words.Any(word => ToolPattern.Matches(word.Trim(), agent.Value));
}
