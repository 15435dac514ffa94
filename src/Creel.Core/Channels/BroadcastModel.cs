namespace Creel.Core.Channels;

/// <summary>Rooms whose messages go to several agents, each in a conversation of its own.</summary>
/// <param name="Sequential">One after the other, instead of side by side.</param>
/// <param name="Agents">By the id of the peer.</param>
public sealed record BroadcastModel(bool Sequential, IReadOnlyDictionary<string, IReadOnlyList<string>> Agents)
{
    public static readonly BroadcastModel None = new(false, new Dictionary<string, IReadOnlyList<string>>());
}
