using System.Text.Json;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Gateway.Channels;

/// <summary>The API of channels and pairings, and the doors through which messengers come in.</summary>
internal sealed class ChannelRoutes(
    ChannelsParts parts,
    AccountBook book,
    Strangers strangers,
    Drops drops,
    TurnLanes lanes,
    Outbox outbox,
    IOutbound outbound
)
{
    /// <summary>Bytes of a messenger's call.</summary>
    private const int LongestHook = 1024 * 1024;
    private static readonly TimeSpan HookPatience = TimeSpan.FromSeconds(20);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/channels", StatusAsync);
        app.MapPut("/channels/{channel}/{account}/token", LoginAsync);
        app.MapDelete("/channels/{channel}/{account}/token", LogoutAsync);
        app.MapPost("/channels/{channel}/{account}/messages", SendAsync);
        app.MapPost("/channels/{channel}/{account}/webhook", HookAsync).Access(AccessRule.OwnProof);
        app.MapGet("/channels/{channel}/{account}/socket", SocketAsync).Access(AccessRule.OwnProof);
        app.MapGet("/pairings", PairingsAsync);
        app.MapPost("/pairings/approve", ApproveAsync);
        app.MapDelete("/pairings/{channel}/{account}/{sender}", ForgetAsync);
    }

    private async Task StatusAsync(HttpContext context)
    {
        await book.RefreshAsync();
        var accounts = book.All.ToList();
        var probes = context.Request.Query["probe"] == "1" ? await Probes.AskAsync(accounts, context.RequestAborted) : [];
        await JsonReply.WriteAsync(
            context,
            json =>
                StatusText.Write(
                    json,
                    parts,
                    accounts,
                    probes,
                    book.Rules?.Warnings ?? [],
                    drops.Last,
                    lanes.Open,
                    outbox.Waiting
                )
        );
    }

    private async Task LoginAsync(HttpContext context)
    {
        var (id, kind) = Known(context);
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var token = JsonBody.String(body.RootElement, "token");
        if (string.IsNullOrWhiteSpace(token))
        {
            throw new CreelException(Fault.Invalid("no-token", "a login wants a token", "{ \"token\": \"…\" }"));
        }

        // What can't be one is refused before anything is kept.
        await book.RefreshAsync();
        var model = book.Find(id)?.Model ?? AccountRoster.Unwritten(parts.Ports.Habitat(), kind, id.Account);
        ChannelProbe? probe = null;
        await using (var channel = kind.Open(model with { WebhookUrl = null }, new AccountSecrets(token)))
        {
            if (!(body.RootElement.TryGetProperty("probe", out var wish) && wish.ValueKind == JsonValueKind.False))
            {
                probe = await Probes.OneAsync(channel, TimeSpan.FromSeconds(15), context.RequestAborted);
                if (!probe.Works)
                {
                    throw NotKept(id, probe);
                }
            }
        }

        parts.Ports.Tokens.Set(id, token);
        await parts.Ports.Audit.RecordAsync("admin", "channel.login", id.ToString(), "ok");
        await book.RefreshAsync(anyway: true);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("channel", id.Channel);
                json.WriteString("account", id.Account);
                json.WriteBoolean("probed", probe is not null);
                json.WriteString("name", probe?.Name);
                json.WriteString("overridden", Overriding(model));
                json.WriteString("trouble", book.Find(id)?.Trouble);
            }
        );
    }

    /// <summary>A token that is wrong helps nobody; one that could not be tried may be kept by whoever says so.</summary>
    private static CreelException NotKept(ChannelAccount id, ChannelProbe probe) =>
        new(
            probe.Refused
                ? Fault.Invalid("token-refused", $"{probe.Trouble}: it is not kept for {id}", "see whether all of it was given")
                : Fault.Unavailable(
                    "token-untried",
                    $"the token could not be tried ({probe.Trouble}): it is not kept for {id}",
                    "try again, or keep it untried: --no-probe"
                )
        );

    /// <summary>The habitat's own token counts before the one that was given.</summary>
    private static string? Overriding(ChannelAccountModel model) =>
        model.Token switch
        {
            SecretSource.Text => "the token that the habitat says",
            SecretSource.File file => $"the token in {file.Path}",
            _ => null,
        };

    private async Task LogoutAsync(HttpContext context)
    {
        var (id, _) = Known(context);
        var there = parts.Ports.Tokens.Remove(id);
        if (!there)
        {
            throw new CreelException(Fault.NotFound("no-token", $"the gateway keeps no token of {id}"));
        }

        await parts.Ports.Audit.RecordAsync("admin", "channel.logout", id.ToString(), "ok");
        await book.RefreshAsync(anyway: true);
        await JsonReply.WriteAsync(context, json => json.WriteBoolean("removed", true));
    }

    private async Task SendAsync(HttpContext context)
    {
        var account = Account(context);
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var (peer, text) = (JsonBody.String(body.RootElement, "peer"), JsonBody.String(body.RootElement, "text"));
        var colon = peer?.IndexOf(':') ?? -1;
        if (colon <= 0 || Peer.Of(peer![..colon], account.Kind?.PeerId(peer[(colon + 1)..]) ?? "") is not { Id.Length: > 0 } to)
        {
            throw new CreelException(Fault.Invalid("peer", "'peer' is direct:ID, group:ID or channel:ID"));
        }

        if (to.Kind == PeerKind.Other)
        {
            throw new CreelException(Fault.Invalid("peer", "'peer' is direct:ID, group:ID or channel:ID"));
        }

        var message = new OutboundMessage(to, text ?? "") { ThreadId = JsonBody.String(body.RootElement, "thread") };
        var count = await outbound.SendAsync(account.Id, message, context.RequestAborted);
        await parts.Ports.Audit.RecordAsync("admin", "message.send", $"{account.Id} {to}", "ok");
        await JsonReply.WriteAsync(context, json => json.WriteNumber("messages", count), StatusCodes.Status202Accepted);
    }

    private async Task HookAsync(HttpContext context)
    {
        if (Found(context)?.Channel is not IWebhookChannel channel)
        {
            await FaultResponses.NothingHere(context);
            return;
        }

        var headers = context.Request.Headers;
        string? Header(string name) => headers[name] is { Count: 1 } one ? one[0] : null;
        if (channel.Refuse(Header) is { } refusal)
        {
            // What a stranger sends is not even read.
            context.Response.StatusCode = refusal;
            context.Response.Headers.Connection = "close";
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(HookPatience);
        try
        {
            context.Response.StatusCode = await BodyAsync(context, limit.Token) is { } body
                ? await channel.TakeAsync(new WebhookCall(Header, body), limit.Token)
                : StatusCodes.Status413PayloadTooLarge;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // There is no room; it will be sent again.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    /// <returns>Null: it is longer than a messenger's call ever is.</returns>
    private static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpContext context, CancellationToken cancel)
    {
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (await context.Request.Body.ReadAsync(buffer.AsMemory(length), cancel) is > 0 and var count)
        {
            length += count;
            if (length == buffer.Length)
            {
                if (length >= LongestHook)
                {
                    return null;
                }

                Array.Resize(ref buffer, Math.Min(LongestHook, length * 4));
            }
        }

        return buffer.AsMemory(0, length);
    }

    private async Task SocketAsync(HttpContext context)
    {
        if (Found(context)?.Channel is not ISocketChannel channel || !context.WebSockets.IsWebSocketRequest)
        {
            await FaultResponses.NothingHere(context);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var client = new ClientSocket(socket);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, parts.Stopping.Token);
        await channel.ServeAsync(client, either.Token);
        await client.PartAsync();
    }

    private async Task PairingsAsync(HttpContext context)
    {
        var waiting = await parts.Ports.Pairings.WaitingAsync(parts.Now, context.RequestAborted);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("waiting");
                foreach (var one in waiting)
                {
                    json.WriteStartObject();
                    json.WriteString("channel", one.Account.Channel);
                    json.WriteString("account", one.Account.Account);
                    json.WriteString("sender", one.Sender);
                    json.WriteString("name", one.Name);
                    json.WriteString("code", one.Code);
                    JsonReply.Time(json, "createdAt", one.CreatedAt);
                    JsonReply.Time(json, "expiresAt", one.CreatedAt + Pairing.Lifetime);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteStartArray("paired");
                foreach (var one in strangers.Paired)
                {
                    json.WriteStartObject();
                    json.WriteString("channel", one.Account.Channel);
                    json.WriteString("account", one.Account.Account);
                    json.WriteString("sender", one.Sender);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task ApproveAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var channel = RoutingText.Channel(JsonBody.String(body.RootElement, "channel"));
        var account = JsonBody.String(body.RootElement, "account") is { } named ? RoutingText.Account(named) : null;
        var code = JsonBody.String(body.RootElement, "code") ?? "";
        var request =
            await strangers.ApproveAsync(channel, account, code, context.RequestAborted)
            ?? throw new CreelException(
                Fault.NotFound(
                    "no-pairing",
                    $"nobody waits on {channel} with this code",
                    "a code lives an hour: creel pairing list"
                )
            );
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("channel", request.Account.Channel);
                json.WriteString("account", request.Account.Account);
                json.WriteString("sender", request.Sender);
                json.WriteString("name", request.Name);
            }
        );
    }

    private async Task ForgetAsync(HttpContext context)
    {
        var id = ChannelAccount.Of(Value(context, "channel"), Value(context, "account"));
        var sender = Value(context, "sender");
        if (!await strangers.ForgetAsync(id, sender, context.RequestAborted))
        {
            throw new CreelException(Fault.NotFound("no-pairing", "he was not let in by a code"));
        }

        await JsonReply.WriteAsync(context, json => json.WriteBoolean("removed", true));
    }

    private (ChannelAccount, IChannelKind) Known(HttpContext context)
    {
        var id = ChannelAccount.Of(Value(context, "channel"), Value(context, "account"));
        var kind =
            parts.Ports.Kinds.FirstOrDefault(k => k.Channel == id.Channel && k.WantsToken)
            ?? throw new CreelException(
                Fault.NotFound(
                    "no-channel",
                    "there is no such channel to log in to",
                    $"there are: {string.Join(", ", parts.Ports.Kinds.Where(k => k.WantsToken).Select(k => k.Channel))}"
                )
            );
        return (id, kind);
    }

    private LiveAccount Account(HttpContext context) => book.Get(Value(context, "channel"), Value(context, "account"));

    private LiveAccount? Found(HttpContext context) =>
        book.Find(ChannelAccount.Of(Value(context, "channel"), Value(context, "account")));

    private static string Value(HttpContext context, string name) => (string?)context.Request.RouteValues[name] ?? "";
}
