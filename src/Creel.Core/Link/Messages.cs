using System.Text.Json;
using Creel.Core.Habitats;

namespace Creel.Core.Link;

/// <summary>The runtime introduces itself.</summary>
/// <param name="Protocol">1.</param>
/// <param name="Version">Of the runtime, for people.</param>
/// <param name="Journal">Names its memory of what has started: a new one after a lost journal or another boot of the machine.</param>
/// <param name="Running">Tasks that have started and not ended.</param>
/// <param name="Pending">Tasks that it has taken and not started.</param>
/// <param name="Finished">Tasks whose results it still holds; it sends those again after the welcome.</param>
public sealed record Hello(
    int Protocol,
    string Version,
    string Journal,
    IReadOnlyList<string> Running,
    IReadOnlyList<string> Pending,
    IReadOnlyList<string> Finished
);

/// <summary>The hub tells the runtime whom it serves.</summary>
public sealed record Welcome(long Epoch, string Cell, int HealthSeconds, IReadOnlyList<WelcomeAgent> Agents)
{
    /// <summary>Variables of all that runs in the cell; null: none.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <summary>What is to be run before the first task; null: nothing.</summary>
    public WelcomeSetup? Setup { get; init; }
}

/// <summary>A command that makes the cell ready.</summary>
/// <param name="Command">For the cell's shell.</param>
/// <param name="Mark">What it ran to its end under is not run again.</param>
public sealed record WelcomeSetup(string Command, string Mark);

/// <summary>An agent in the cell.</summary>
/// <param name="Workspace">In the cell's own eyes.</param>
public sealed record WelcomeAgent(
    string Id,
    string Name,
    string? Model,
    string Workspace,
    WelcomeBrain Brain,
    WelcomePolicy Policy
)
{
    /// <summary>For a native brain; null: all as usual.</summary>
    public MindModel? Mind { get; init; }

    /// <summary>Which models a native brain can ask; null: the providers that are built in.</summary>
    public IReadOnlyList<WelcomeUpstream>? Upstreams { get; init; }
}

/// <summary>A provider behind the relay.</summary>
/// <param name="Name">The first segment of its path on the relay.</param>
/// <param name="Dialect"><c>anthropic</c> or <c>openai</c>.</param>
public sealed record WelcomeUpstream(string Name, string Dialect);

public sealed record WelcomeBrain(string Kind, IReadOnlyList<string> Command, string Input, string Output);

/// <param name="TimeoutMs">For a task that names none, in milliseconds.</param>
/// <param name="Types">Empty: all.</param>
public sealed record WelcomePolicy(bool AllowSudo, int MaxConcurrent, int MaxOutput, long TimeoutMs, IReadOnlyList<string> Types);

/// <summary>About one task.</summary>
public sealed record TaskNotice(string TaskId);

/// <summary>A piece of a running task's output.</summary>
/// <param name="Stream"><c>stdout</c>, <c>stderr</c>, or <c>events</c>: what a native brain tells beside its answer.</param>
/// <param name="Offset">Bytes of this stream before this piece.</param>
/// <param name="Data">Base64 of the bytes: a piece may end in the middle of a character.</param>
public sealed record OutputChunk(string TaskId, string Stream, long Offset, byte[] Data);

/// <summary>How a task ended: the payload of a <c>response</c>.</summary>
/// <param name="Success">As the older runtimes say it.</param>
/// <param name="State">The final state's word; older runtimes send none.</param>
/// <param name="Result">What the task gave, also when it failed: exit code and both streams.</param>
/// <param name="Duration">Milliseconds.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
public sealed record TaskResponse(
    string TaskId,
    bool Success,
    string? State,
    JsonElement? Result,
    string? Error,
    double Duration,
    long Timestamp
);
