using System.Text.Json;
using Creel.Core;
using Creel.Core.Tools;
using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Brains.Native.Transcripts;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native;

/// <summary>A <c>turn</c> as a native brain understands it.</summary>
/// <param name="Key">The conversation.</param>
/// <param name="Session">Names its transcript; null: the one that it has.</param>
/// <param name="System">On top of the system prompt.</param>
/// <param name="Leaf">Of a helper: it may have none of its own.</param>
/// <param name="HistoryTurns">So many messages of the user, and what follows each, are shown to the model; null: all.</param>
/// <param name="Steers">What comes while it runs is to be asked for.</param>
internal sealed record TurnOrder(
    string Message,
    string Key,
    string? Session,
    string? Model,
    string? Thinking,
    string? System,
    bool Subagent,
    bool Leaf,
    TurnSource? Source,
    bool Steers = false,
    int? HistoryTurns = null
)
{
    /// <summary>Pictures that came with the message, as paths in the workspace.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <exception cref="CreelException">A field has a wrong value.</exception>
    public static TurnOrder Read(TaskRun run, string message, string? key)
    {
        var fields = run.Fields;
        var session = fields.Text("sessionId");
        if (session is not null && !SessionFolder.IsId(session))
        {
            throw new CreelException(
                Fault.Invalid(
                    "session-id",
                    "'sessionId' is no session id: lower-case letters, digits, '.', '_' and '-', at most 128"
                )
            );
        }

        var thinking = fields.Text("thinking");
        if (thinking is not null && ThinkingLevels.Known(thinking) is null)
        {
            throw new CreelException(
                Fault.Invalid("thinking", "'thinking' is none of off, minimal, low, medium, high and xhigh")
            );
        }

        return new TurnOrder(
            message,
            string.IsNullOrWhiteSpace(key) ? $"agent:{run.Agent.Id}:main" : key,
            session,
            fields.Text("model"),
            ThinkingLevels.Known(thinking),
            fields.Text("system"),
            fields.Flag("subagent"),
            run.Order.Payload.Below("leaf").ValueKind != JsonValueKind.False,
            TurnSource.Read(run.Order.Payload.Below("origin")),
            fields.Flag("steer"),
            fields.Number("historyTurns") is >= 1 and <= 100_000 and var turns ? (int)turns : null
        )
        {
            Images = fields.List("images") ?? [],
        };
    }
}

/// <summary>Where a message came from, and what whoever sent it may use.</summary>
/// <param name="Channel">Null: the turn follows from another one.</param>
internal sealed record TurnSource(string? Channel, string? SenderId, string? SenderName, bool Owner)
{
    public IReadOnlyList<ToolLimit> Limits { get; init; } = [];

    /// <exception cref="CreelException">It says what may be used, and not in a way that could be kept to.</exception>
    public static TurnSource? Read(JsonElement origin) =>
        origin.ValueKind == JsonValueKind.Object
            ? new TurnSource(
                origin.Word("channel"),
                origin.Word("senderId"),
                origin.Word("senderName"),
                origin.Below("owner").ValueKind == JsonValueKind.True
            )
            {
                Limits = Tools(origin.Below("tools")),
            }
            : null;

    private static IReadOnlyList<ToolLimit> Tools(JsonElement tools) =>
        tools.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            JsonValueKind.Array => [.. tools.EnumerateArray().Select(Limit)],
            _ => throw Odd(),
        };

    private static ToolLimit Limit(JsonElement limit) =>
        limit.ValueKind == JsonValueKind.Object
            ? new ToolLimit(
                limit.Word("from") ?? "the sender's tools",
                new ToolList(null, Words(limit, "allow"), Words(limit, "alsoAllow"), Words(limit, "deny"))
            )
            : throw Odd();

    private static IReadOnlyList<string>? Words(JsonElement limit, string name) =>
        limit.Below(name) switch
        {
            { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(w => w.ValueKind == JsonValueKind.String) =>
            [
                .. list.EnumerateArray().Select(w => w.GetString()!),
            ],
            _ => throw Odd(),
        };

    private static CreelException Odd() =>
        new(Fault.Invalid("origin", "'origin.tools' is no list of {from, allow, alsoAllow, deny} with lists of names"));
}
