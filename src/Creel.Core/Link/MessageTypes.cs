namespace Creel.Core.Link;

/// <summary>The words of <see cref="Envelope.Type"/>.</summary>
public static class MessageTypes
{
    // The VM-agent protocol's own six.
    public const string Task = "task";
    public const string Response = "response";
    public const string Health = "health";
    public const string Log = "log";
    public const string Status = "status";
    public const string Error = "error";

    // Ours, between the hub and creel-runtime only.
    /// <summary>Runtime to hub, first: <see cref="Link.Hello"/>.</summary>
    public const string Hello = "hello";

    /// <summary>Hub to runtime, in answer, and again whenever it changes: <see cref="Link.Welcome"/>.</summary>
    public const string Welcome = "welcome";

    /// <summary>Runtime to hub: <see cref="TaskNotice"/>.</summary>
    public const string Started = "started";

    /// <summary>Hub to runtime: the result is on disk, forget it. <see cref="TaskNotice"/>.</summary>
    public const string Ack = "ack";

    /// <summary>Hub to runtime: <see cref="TaskNotice"/>.</summary>
    public const string Cancel = "cancel";

    /// <summary>Hub to runtime: send the output of this task from its beginning, and go on. <see cref="TaskNotice"/>.</summary>
    public const string Watch = "watch";
    public const string Unwatch = "unwatch";

    /// <summary>Runtime to hub, while watched: <see cref="OutputChunk"/>.</summary>
    public const string Output = "output";

    /// <summary>Hub to runtime: end in order; tasks get the grace.</summary>
    public const string Stop = "stop";

    public const string Host = "host";
}
