using System.Buffers;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Server.Hub.Links;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Hub.Tasks;

/// <summary>A task's life as server-sent events: its state, its output as it comes, its end.</summary>
internal sealed class TaskEventRoute(HubParts hub)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly string[] OutputStreams = ["stdout", "stderr"];

    public async Task StreamAsync(HttpContext context)
    {
        var id = Requests.Task(context);
        var events = new TaskEvents();
        using var listener = hub.Feed.Listen(id, events);
        var record = await hub.Tasks.FindAsync(id, context.RequestAborted) ?? throw Dispatcher.Unknown(id);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        await SendAsync(context, "state", json => TaskView.Write(json, record));
        if (record.State.IsFinal())
        {
            await FinishAsync(context, events, record, missed: true);
            return;
        }

        Watch(record.Task.Agent, id, MessageTypes.Watch);
        try
        {
            await FollowAsync(context, events, record);
        }
        finally
        {
            listener.Dispose();
            if (!hub.Feed.Watched(id))
            {
                Watch(record.Task.Agent, id, MessageTypes.Unwatch);
            }
        }
    }

    private async Task FollowAsync(HttpContext context, TaskEvents events, TaskRecord last)
    {
        var id = last.Task.Id;
        var missed = false;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, hub.Stopping.Token);
        while (!stop.IsCancellationRequested)
        {
            while (events.TryTake(out var next))
            {
                if (next.End is { } end)
                {
                    await FinishAsync(context, events, end, missed || events.Missed);
                    return;
                }

                if (next.Output is { } chunk)
                {
                    await SendOutputAsync(context, chunk.Stream, chunk.Offset, chunk.Data);
                }
                else if (await hub.Tasks.FindAsync(id, stop.Token) is { } now && now.State != last.State)
                {
                    last = now;
                    await SendAsync(context, "state", json => TaskView.Write(json, now));
                    // A task that only started now has no output that was asked for too early.
                    Watch(now.Task.Agent, id, MessageTypes.Watch);
                }
            }

            if (events.TakeMissed())
            {
                missed = true;
                Watch(last.Task.Agent, id, MessageTypes.Watch);
            }

            using var quiet = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            quiet.CancelAfter(KeepAlive);
            try
            {
                await events.WaitAsync(quiet.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(": keep-alive\n\n"u8.ToArray(), stop.Token);
                await context.Response.Body.FlushAsync(stop.Token);
            }
        }
    }

    /// <summary>What was not seen live comes out of the result; then the end.</summary>
    private static async Task FinishAsync(HttpContext context, TaskEvents events, TaskRecord record, bool missed)
    {
        foreach (var stream in OutputStreams)
        {
            var shown = events.Shown(stream);
            if ((missed || shown == 0) && Output(record, stream) is { } bytes && bytes.Length > shown)
            {
                await SendOutputAsync(context, stream, shown, bytes.AsMemory((int)shown));
            }
        }

        await SendAsync(context, "end", json => TaskView.Write(json, record));
    }

    private static byte[]? Output(TaskRecord record, string stream)
    {
        if (TaskView.Result(record.Result) is not { IsEmpty: false } result)
        {
            return null;
        }

        using var document = JsonDocument.Parse(result);
        return
            document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty(stream, out var text)
            && text.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(text.GetString()!)
            : null;
    }

    private void Watch(AgentId agent, TaskId id, string type)
    {
        if (hub.Book.Find(agent)?.Link is { Kind: LinkKind.Runtime } link)
        {
            link.Post(LinkText.Notice(type, agent.Value, id.ToString()));
        }
    }

    private static Task SendOutputAsync(HttpContext context, string stream, long offset, ReadOnlyMemory<byte> data) =>
        SendAsync(
            context,
            "output",
            json =>
            {
                json.WriteStartObject();
                json.WriteString("stream", stream);
                json.WriteNumber("offset", offset);
                json.WriteBase64String("data", data.Span);
                json.WriteEndObject();
            }
        );

    private static async Task SendAsync(HttpContext context, string name, Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>(256);
        text.Write(Encoding.UTF8.GetBytes($"event: {name}\ndata: "));
        text.Write(JsonReply.Text(write).Span);
        text.Write("\n\n"u8);
        await context.Response.Body.WriteAsync(text.WrittenMemory, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
