using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Core;
using Creel.Core.Routing;
using Creel.Core.Sessions;
using Creel.Core.Tools;

namespace Creel.Adapters.Sqlite;

/// <summary>A request as text, as it is kept until its turn is over.</summary>
internal static class TurnRequestText
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    public static string Write(TurnRequest request) =>
        JsonSerializer.Serialize(
            new Kept(
                request.Message,
                request.From,
                request.Origin is { } o
                    ? new KeptOrigin(
                        o.Channel,
                        o.AccountId,
                        o.Peer?.Word,
                        o.Peer?.Id,
                        o.SenderId,
                        o.SenderName,
                        o.Owner,
                        o.ThreadId,
                        o.MessageId,
                        o.SenderUsername,
                        o.Tools
                    )
                    : null,
                request.Thinking,
                request.Model,
                request.ExtraSystemPrompt,
                request.Timeout?.TotalMilliseconds,
                request.Subagent,
                request.Alone,
                request.HistoryTurns,
                request.Images.Count > 0 ? [.. request.Images] : null,
                request.Behalf
            ),
            Plain
        );

    public static TurnRequest Read(string runId, AgentId agent, string sessionKey, string text)
    {
        var kept = JsonSerializer.Deserialize<Kept>(text, Plain) ?? throw new JsonException("null");
        return new TurnRequest(runId, agent, sessionKey, kept.Message ?? "")
        {
            From = kept.From ?? "",
            Origin = kept.Origin is { } o
                ? new TurnOrigin(
                    o.Channel ?? "",
                    o.Account ?? "",
                    o.Kind is null ? null : Peer.Of(o.Kind, o.Peer ?? ""),
                    o.SenderId,
                    o.SenderName,
                    o.Owner
                )
                {
                    ThreadId = o.Thread,
                    MessageId = o.MessageId,
                    SenderUsername = o.SenderUsername,
                    Tools = o.Tools,
                }
                : null,
            Thinking = kept.Thinking,
            Model = kept.Model,
            ExtraSystemPrompt = kept.System,
            Timeout = kept.Timeout is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            Subagent = kept.Subagent,
            Alone = kept.Alone,
            Behalf = kept.Behalf,
            HistoryTurns = kept.HistoryTurns,
            Images = kept.Images ?? [],
        };
    }

    private sealed record Kept(
        string? Message,
        string? From,
        KeptOrigin? Origin,
        string? Thinking,
        string? Model,
        string? System,
        double? Timeout,
        bool Subagent,
        bool Alone,
        int? HistoryTurns,
        string[]? Images,
        TurnBehalf? Behalf
    );

    private sealed record KeptOrigin(
        string? Channel,
        string? Account,
        string? Kind,
        string? Peer,
        string? SenderId,
        string? SenderName,
        bool Owner,
        string? Thread,
        string? MessageId,
        string? SenderUsername,
        ToolLimit? Tools
    );
}
