namespace Creel.Core.Sessions;

/// <summary>Names of turns. Some are Creel's own, made from what came in, so that it can't start twice.</summary>
public static class RunIds
{
    public const string Inbound = "in-";
    public const string Spawn = "spawn:";
    public const string Announce = "announce:";
    public const string Send = "send:";
    public const string Heartbeat = "heartbeat:";

    /// <summary>A client that took one could answer in the place of a message that has not come yet.</summary>
    public static bool IsOwn(string runId) =>
        new[] { Inbound, Spawn, Announce, Send, Heartbeat }.Any(p => runId.StartsWith(p, StringComparison.OrdinalIgnoreCase));
}
