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
    private const int MostTools = 1000;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly Queue<JsonElement> tools = new();
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
                text = said.Text;
            }
            else if (happened is TurnTool used && tools.Count < MostTools)
            {
                tools.Enqueue(used.Data);
            }
        }

        signal.Writer.TryWrite(true);
    }

    private async Task DrainAsync(HttpContext context)
    {
        string all;
        List<JsonElement> used;
        bool begins;
        lock (gate)
        {
            (all, used, begins) = (text, [.. tools], started && !startTold);
            startTold |= begins;
            tools.Clear();
        }

        if (begins)
        {
            await LineAsync(context, "started", static _ => { });
        }

        if (!all.StartsWith(told, StringComparison.Ordinal))
        {
            await LineAsync(context, "text", json => json.WriteString("text", all));
        }
        else if (all.Length > told.Length)
        {
            await LineAsync(context, "text", json => json.WriteString("delta", all[told.Length..]));
        }

        told = all;
        foreach (var tool in used)
        {
            await LineAsync(
                context,
                "tool",
                json =>
                {
                    json.WritePropertyName("tool");
                    tool.WriteTo(json);
                }
            );
        }
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
