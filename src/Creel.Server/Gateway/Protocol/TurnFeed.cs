using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol;

/// <summary>Turns as they run, told to clients: each step as an <c>agent</c> event, the answer also as <c>chat</c> events.</summary>
internal sealed class TurnFeed(Clients clients, TimeProvider time)
{
    /// <summary>The answer so far is told again with each piece only while it is short.</summary>
    private const int LongText = 32 * 1024;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(150);

    private readonly ConcurrentDictionary<string, Run> runs = new();

    /// <summary>Never waits: each client has a queue of its own.</summary>
    public void Tell(TurnEvent seen)
    {
        switch (seen)
        {
            case TurnStarted:
                Agent(seen, "lifecycle", new JsonObject { ["phase"] = "start", ["startedAt"] = Now });
                break;
            case TurnText text:
                TellText(text);
                break;
            case TurnTool tool:
                Agent(seen, "tool", JsonNode.Parse(tool.Data.GetRawText()) ?? new JsonObject());
                break;
            case TurnEnded ended:
                TellEnd(ended);
                break;
        }
    }

    private void TellText(TurnText text)
    {
        var data = new JsonObject();
        if (text.Text.Length <= LongText || text.Delta.Length == 0)
        {
            data["text"] = text.Text;
        }

        data["delta"] = text.Delta;
        Agent(text, "assistant", data);
        var run = runs.GetOrAdd(text.RunId, _ => new Run());
        if (run.Told == 0 || time.GetElapsedTime(run.Told) >= Pace)
        {
            run.Told = time.GetTimestamp();
            Chat(text, run, "delta", TurnJson.Message(text.Text, time.GetUtcNow()));
        }
    }

    private void TellEnd(TurnEnded ended)
    {
        var view = ended.View;
        var well = view.State is TurnState.Ok or TurnState.Joined;
        var data = new JsonObject { ["phase"] = well ? "end" : "error" };
        if (view.StartedAt is { } began)
        {
            data["startedAt"] = began.ToUnixTimeMilliseconds();
        }

        data["endedAt"] = (view.EndedAt ?? time.GetUtcNow()).ToUnixTimeMilliseconds();
        if (!well)
        {
            data["error"] = TurnJson.Why(view);
        }

        Agent(ended, "lifecycle", data);
        runs.TryRemove(ended.RunId, out var run);
        run ??= new Run();
        var message = string.IsNullOrEmpty(view.Text) ? null : TurnJson.Message(view.Text, view.EndedAt ?? time.GetUtcNow());
        if (message is not null && TurnJson.Usage(view) is { } usage)
        {
            message["usage"] = usage;
        }

        switch (view.State)
        {
            case TurnState.Ok or TurnState.Joined:
                Chat(ended, run, "final", message);
                break;
            case TurnState.Aborted:
                Chat(ended, run, "aborted", message);
                break;
            default:
                Chat(ended, run, "error", null, TurnJson.Why(view));
                break;
        }
    }

    private void Agent(TurnEvent seen, string stream, JsonNode data) =>
        clients.Tell(
            "agent",
            new JsonObject
            {
                ["runId"] = seen.RunId,
                ["stream"] = stream,
                ["data"] = data,
                ["sessionKey"] = seen.SessionKey,
                ["agentId"] = seen.Agent.Value,
                ["seq"] = seen.Sequence,
                ["ts"] = Now,
            }
        );

    private void Chat(TurnEvent seen, Run run, string state, JsonObject? message, string? error = null)
    {
        var json = new JsonObject
        {
            ["runId"] = seen.RunId,
            ["sessionKey"] = seen.SessionKey,
            ["agentId"] = seen.Agent.Value,
            ["seq"] = Interlocked.Increment(ref run.Sequence),
            ["state"] = state,
        };
        if (message is not null)
        {
            json["message"] = message;
        }

        if (error is not null)
        {
            json["errorMessage"] = error;
        }

        clients.Tell("chat", json);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class Run
    {
        public long Sequence;
        public long Told;
    }
}
