using System.Net.WebSockets;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Server.Audits;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Hub.Streams;

/// <summary>
/// Bytes between a client and a cell: shell, program, log, port. Binary messages are bytes; text messages are JSON about them.
/// </summary>
internal sealed class StreamRoutes(HubParts hub)
{
    private const int MostArguments = 256;
    private const int LongestArgument = 128 * 1024;

    public void Map(IEndpointRouteBuilder app) => app.MapGet("/agents/{id}/streams", OpenAsync);

    private async Task OpenAsync(HttpContext context)
    {
        var seat = hub.Book.Get(Requests.Agent(context, hub.Config));
        var what = Read(context, seat.Id);
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new CreelException(
                Fault.Invalid("websocket", "a stream is a WebSocket connection", "use creel shell, exec, logs or forward")
            );
        }

        var link = Link(seat);
        var stream = link.Streams.Open(what);
        try
        {
            if (what.Kind != "log")
            {
                await hub.Audit.RecordAsync(
                    "admin",
                    "stream.open",
                    $"agent:{seat.Id}",
                    "ok",
                    AuditDetail.Of(
                        ("kind", what.Kind),
                        ("command", what.Command is { Count: > 0 } c ? string.Join(' ', c) : null),
                        ("port", what.Port > 0 ? $"{what.Port}" : null)
                    )
                );
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await CarryAsync(socket, stream, context.RequestAborted);
        }
        finally
        {
            stream.Abandon();
        }
    }

    private static Link Link(AgentSeat seat) =>
        seat.Link switch
        {
            { Kind: LinkKind.Runtime } link => link,
            { } => throw new CreelException(
                Fault.Missing(
                    "no-streams",
                    $"agent '{seat.Id}' speaks the older protocol, which has no streams",
                    "run creel-runtime there"
                )
            ),
            null => throw new CreelException(
                Fault.Unavailable("agent-offline", $"agent '{seat.Id}' is not connected", "see: creel ps")
            ),
        };

    private static StreamOpen Read(HttpContext context, AgentId agent)
    {
        var query = context.Request.Query;
        var kind = query["kind"].ToString();
        var command = query["command"].Select(c => c ?? "").ToArray();
        if (kind is not ("shell" or "exec" or "log" or "tcp"))
        {
            throw new CreelException(Fault.Invalid("query", "'kind' is not one of shell, exec, log, tcp"));
        }

        if (kind == "exec" && command.Length == 0)
        {
            throw new CreelException(
                Fault.Invalid("query", "'command' is missing: once for the program and once for each argument")
            );
        }

        if (command.Length > MostArguments || command.Any(c => c.Length > LongestArgument || c.Contains('\0')))
        {
            throw new CreelException(
                Fault.Invalid("query", $"'command' has more than {MostArguments} parts, or one that no program can take")
            );
        }

        var port = Requests.Number(context, "port", 1, 65535) ?? 0;
        if (kind == "tcp" && port == 0)
        {
            throw new CreelException(Fault.Invalid("query", "'port' is missing"));
        }

        var term = query["term"].ToString();
        return new StreamOpen(
            kind,
            agent.Value,
            command.Length > 0 ? command : null,
            Requests.Number(context, "columns", 1, 1000) ?? 80,
            Requests.Number(context, "rows", 1, 1000) ?? 24,
            port,
            Requests.Flag(context, "follow"),
            Requests.Number(context, "lines", 0, 100_000) ?? 100,
            term.Length is > 0 and <= 64 && term.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '+')
                ? term
                : null
        );
    }

    private static async Task CarryAsync(WebSocket socket, HubStream stream, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var up = UpAsync(socket, stream, over.Token);
        var down = DownAsync(socket, stream, over.Token);
        if (await Task.WhenAny(up, down) == down)
        {
            // The end was sent; the client answers the close, if it is still there.
            over.CancelAfter(TimeSpan.FromSeconds(5));
        }
        else
        {
            stream.Abandon();
        }

        await Task.WhenAll(up, down);
    }

    /// <summary>Client to cell, no faster than the cell reads.</summary>
    private static async Task UpAsync(WebSocket socket, HubStream stream, CancellationToken cancel)
    {
        var buffer = new byte[StreamFrame.MaxData];
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
                switch (got.MessageType)
                {
                    case WebSocketMessageType.Close:
                        return;
                    case WebSocketMessageType.Binary:
                        await stream.WriteAsync(buffer.AsMemory(0, got.Count).ToArray(), cancel);
                        break;
                    case WebSocketMessageType.Text when got.EndOfMessage:
                        Told(stream, buffer.AsMemory(0, got.Count));
                        break;
                    default:
                        return;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException) { }
    }

    /// <summary>Cell to client; the cell may send more only when the client has taken what it was sent.</summary>
    private static async Task DownAsync(WebSocket socket, HubStream stream, CancellationToken cancel)
    {
        try
        {
            while (await stream.ReadAsync(cancel) is { } bytes)
            {
                if (bytes.Length > 0)
                {
                    await socket.SendAsync(bytes, WebSocketMessageType.Binary, true, cancel);
                    stream.Consumed(bytes.Length);
                }
                else
                {
                    await socket.SendAsync("{\"finish\":true}"u8.ToArray(), WebSocketMessageType.Text, true, cancel);
                }
            }

            await socket.SendAsync(EndText(stream.End ?? new StreamEnd()), WebSocketMessageType.Text, true, cancel);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException) { }
    }

    private static void Told(HubStream stream, ReadOnlyMemory<byte> text)
    {
        if (LooseJson.Object(text) is not { } message)
        {
            return;
        }

        if (message.TryGetProperty("finish", out var finish) && finish.ValueKind == JsonValueKind.True)
        {
            stream.SendFinish();
        }

        if (
            message.TryGetProperty("resize", out var size)
            && size.ValueKind == JsonValueKind.Object
            && Side(size, "columns") is { } columns
            && Side(size, "rows") is { } rows
        )
        {
            stream.Resize(columns, rows);
        }
    }

    private static int? Side(JsonElement size, string name) =>
        size.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number)
        && number is > 0 and <= 1000
            ? number
            : null;

    private static ReadOnlyMemory<byte> EndText(StreamEnd end) =>
        JsonReply.Text(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("end");
            if (end.ExitCode is { } code)
            {
                json.WriteNumber("exitCode", code);
            }
            else
            {
                json.WriteNull("exitCode");
            }

            json.WriteString("error", end.Error);
            json.WriteEndObject();
            json.WriteEndObject();
        });
}
