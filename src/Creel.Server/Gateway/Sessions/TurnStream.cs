using System.Text.Json;
using System.Threading.Channels;
using Creel.Core.Sessions;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Gateway.Sessions;

/// <summary>
/// One turn as it happens, a JSON object a line. A reader that is slow gets longer pieces of the answer instead of more of them.
/// </summary>
internal sealed class TurnStream : IDisposable
{
    private const int MostWaiting = 1000;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();

    /// <summary>In the order in which it happened: a tool, with what had been said before it; or no tool, where that was no answer.</summary>
    private readonly Queue<(string Said, JsonElement? Tool)> waiting = new();
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly IDisposable watching;
    private readonly string runId;
    private bool started;
    private bool startTold;
    private string text = "";
    private string told = "";

    public TurnStream(ITurns turns, string runId)
    {
        this.runId = runId;
        watching = turns.Watch(See);
    }

    public async Task TellAsync(HttpContext context, TurnTicket ticket)
    {
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.CacheControl = "no-store";
        await LineAsync(
            context,
            "accepted",
            json =>
            {
                json.WriteString("runId", ticket.View.RunId);
                json.WriteString("agent", ticket.View.Agent.Value);
                json.WriteString("sessionKey", ticket.View.SessionKey);
                json.WriteBoolean("repeated", ticket.Repeated);
            }
        );
        while (!ticket.Completion.IsCompleted)
        {
            await DrainAsync(context);
            var more = signal.Reader.ReadAsync(context.RequestAborted).AsTask();
            if (
                await Task.WhenAny(more, ticket.Completion, Task.Delay(KeepAlive, context.RequestAborted)) is { } first
                && first != more
                && first != ticket.Completion
            )
            {
                context.RequestAborted.ThrowIfCancellationRequested();
                await LineAsync(context, "still", static _ => { });
            }
        }

        await DrainAsync(context);
        var end = await ticket.Completion;
        await LineAsync(context, "end", json => SessionView.Write(json, end));
    }

    public void Dispose() => watching.Dispose();

    private void See(TurnEvent happened)
    {
        if (happened.RunId != runId)
        {
            return;
        }

        lock (gate)
        {
            started = true;
            if (happened is TurnText said)
            {
                if (!said.Text.StartsWith(text, StringComparison.Ordinal) && waiting.Count < MostWaiting)
                {
                    waiting.Enqueue((text, null));
                }

                text = said.Text;
            }
            else if (happened is TurnTool used && waiting.Count < MostWaiting)
            {
                waiting.Enqueue((text, used.Data));
            }
        }

        signal.Writer.TryWrite(true);
    }

    private async Task DrainAsync(HttpContext context)
    {
        string all;
        List<(string Said, JsonElement? Tool)> before;
        bool begins;
        lock (gate)
        {
            (all, before, begins) = (text, [.. waiting], started && !startTold);
            startTold |= begins;
            waiting.Clear();
        }

        if (begins)
        {
            await LineAsync(context, "started", static _ => { });
        }

        foreach (var (said, tool) in before)
        {
            await SayAsync(context, said);
            if (tool is { } used)
            {
                await LineAsync(
                    context,
                    "tool",
                    json =>
                    {
                        json.WritePropertyName("tool");
                        used.WriteTo(json);
                    }
                );
            }
            else
            {
                await SayAsync(context, "");
            }
        }

        await SayAsync(context, all);
    }

    private async Task SayAsync(HttpContext context, string all)
    {
        if (!all.StartsWith(told, StringComparison.Ordinal))
        {
            await LineAsync(context, "text", json => json.WriteString("text", all));
        }
        else if (all.Length > told.Length)
        {
            await LineAsync(context, "text", json => json.WriteString("delta", all[told.Length..]));
        }

        told = all;
    }

    private static async Task LineAsync(HttpContext context, string name, Action<Utf8JsonWriter> write)
    {
        var line = JsonReply.Text(json =>
        {
            json.WriteStartObject();
            json.WriteString("event", name);
            write(json);
            json.WriteEndObject();
        });
        await context.Response.Body.WriteAsync(line, context.RequestAborted);
        await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
