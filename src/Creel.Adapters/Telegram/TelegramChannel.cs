using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Routing;

namespace Creel.Adapters.Telegram;

/// <summary>One bot. It asks Telegram for messages, or is called by it; the token is in its calls and nowhere else.</summary>
internal sealed class TelegramChannel : IWebhookChannel, IMediaChannel
{
    private const string SecretHeader = "X-Telegram-Bot-Api-Secret-Token";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(2);

    private readonly TelegramSettings settings;
    private readonly TelegramApi api;
    private readonly TelegramSigns signs;
    private readonly TelegramMedia media;
    private readonly TimeProvider time;
    private volatile IInbox? inbox;
    private volatile TelegramUpdates? reader;
    private volatile ChannelState state = ChannelState.Starting;

    public TelegramChannel(ChannelAccount account, TelegramSettings settings, TelegramToken token, TimeProvider time)
    {
        (Account, this.settings, this.time) = (account, settings, time);
        api = new TelegramApi(token, settings.Root, settings.Proxy);
        (signs, media) = (new TelegramSigns(api), new TelegramMedia(api, Refusal));
    }

    public ChannelAccount Account { get; }

    public ChannelTraits Traits { get; } = new(TextLimit: 4096, TypingEvery: TimeSpan.FromSeconds(4)) { HasCommands = true };

    public ChannelState State => state;

    public async Task ReceiveAsync(IInbox inbox, CancellationToken cancel)
    {
        this.inbox = inbox;
        var poll = new TelegramPoll(api, Account, time, change => state = change(state));
        while (!cancel.IsCancellationRequested)
        {
            await ReceiveAsync(poll, inbox, cancel).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(TelegramPoll poll, IInbox inbox, CancellationToken cancel)
    {
        try
        {
            var me = await poll.UntilAsync(MeAsync, cancel).ConfigureAwait(false);
            reader = new TelegramUpdates(Account, me);
            state = state with { Username = me.Username, Mode = settings.Webhook is null ? "polling" : "webhook" };
            await MenuAsync(cancel).ConfigureAwait(false);
            if (settings.Webhook is { } address)
            {
                await poll.UntilAsync(c => HookAsync(address, c), cancel).ConfigureAwait(false);
                state = state with { Connected = true, Trouble = null };
                await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(false);
            }

            await poll.UntilAsync(c => UnhookAsync(c), cancel).ConfigureAwait(false);
            state = state with { Connected = true, Trouble = null };
            await poll.RunAsync(inbox, reader, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Told to stop.
        }
        catch (TelegramException e)
        {
            var trouble =
                $"Telegram does not know the token any more ({e.Code}): "
                + $"creel channel login --channel telegram --account {Account.Account}";
            state = state with { Connected = false, Trouble = trouble };

            // A server that stands in for Telegram may have said so by mistake; nobody shall have to be there when it comes back.
            await Task.Delay(Unknown, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public int? Refuse(Func<string, string?> header)
    {
        if (settings is not { Webhook: not null, WebhookSecret: { } secret })
        {
            return 404;
        }

        var given = Encoding.UTF8.GetBytes(header(SecretHeader) ?? "");
        return CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(secret)) ? null : 401;
    }

    public async Task<int> TakeAsync(WebhookCall call, CancellationToken cancel)
    {
        if (Refuse(call.Header) is { } status)
        {
            return status;
        }

        if (reader is not { } now || inbox is not { } box)
        {
            return 503;
        }

        InboundMessage? message;
        try
        {
            using var update = JsonDocument.Parse(call.Body);
            message = now.Read(update.RootElement);
        }
        catch (JsonException)
        {
            return 400;
        }

        try
        {
            await box.TakeAsync(message is null ? [] : [message], null, cancel).ConfigureAwait(false);
            return 200;
        }
        catch (CreelException)
        {
            return 503;
        }
    }

    public Task<byte[]> FetchAsync(Attachment attachment, long most, CancellationToken cancel) =>
        media.FetchAsync(attachment, most, cancel);

    public async Task SendFileAsync(OutboundMessage message, string name, byte[] content, CancellationToken cancel)
    {
        var place = Place(message);
        try
        {
            await media.SendAsync(place, message, name, content, cancel).ConfigureAwait(false);
        }
        catch (TelegramException e) when (e.MovedTo is { } moved && moved != place.Chat)
        {
            await media.SendAsync(place with { Chat = moved }, message, name, content, cancel).ConfigureAwait(false);
        }
        catch (TelegramException e)
        {
            throw Refusal(e);
        }
    }

    public async Task<string> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        var place = Place(message);
        try
        {
            return await SendAsync(place, message, html: true, cancel).ConfigureAwait(false);
        }
        catch (TelegramException e)
        {
            throw Refusal(e);
        }
    }

    public Task TypingAsync(Peer peer, string? threadId, CancellationToken cancel) => signs.TypingAsync(peer, threadId, cancel);

    public Task ReactAsync(Peer peer, string messageId, string? sign, CancellationToken cancel) =>
        signs.ReactAsync(peer, messageId, sign, cancel);

    public Task DraftAsync(Peer peer, string runId, string text, CancellationToken cancel) => Task.CompletedTask;

    public async Task<ChannelProbe> ProbeAsync(CancellationToken cancel)
    {
        try
        {
            var me = await MeAsync(cancel).ConfigureAwait(false);
            var notes = new List<string>();
            if (!me.ReadsGroups)
            {
                notes.Add("in groups it sees only what is for it (privacy mode; @BotFather: /setprivacy)");
            }

            if (!me.JoinsGroups)
            {
                notes.Add("it may not be added to groups (@BotFather: /setjoingroups)");
            }

            return new ChannelProbe(true, me.Id.ToString(CultureInfo.InvariantCulture), $"@{me.Username}", null, notes);
        }
        catch (TelegramException e)
        {
            return ChannelProbe.Failed(e.IsToken ? "Telegram does not know this token" : e.Message, e.IsToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<TelegramMe> MeAsync(CancellationToken cancel)
    {
        var me = await api.CallAsync("getMe", _ => { }, Patience, cancel).ConfigureAwait(false);
        return new TelegramMe(
            Json.Number(me, "id") ?? 0,
            Json.Text(me, "username") ?? "",
            Json.Text(me, "first_name") ?? "",
            Json.Flag(me, "can_join_groups") ?? true,
            Json.Flag(me, "can_read_all_group_messages") ?? false
        );
    }

    private async Task<bool> HookAsync(Uri address, CancellationToken cancel)
    {
        await api.CallAsync(
                "setWebhook",
                json =>
                {
                    json.WriteString("url", address.ToString());
                    json.WriteString("secret_token", settings.WebhookSecret);
                    TelegramPoll.WriteWanted(json);
                },
                Patience,
                cancel
            )
            .ConfigureAwait(false);
        return true;
    }

    /// <summary>Whoever types <c>/</c> sees what there is. Without it all works as well.</summary>
    private async Task MenuAsync(CancellationToken cancel)
    {
        try
        {
            await api.CallAsync(
                    settings.Menu ? "setMyCommands" : "deleteMyCommands",
                    json =>
                    {
                        if (settings.Menu)
                        {
                            WriteMenu(json);
                        }
                    },
                    Patience,
                    cancel
                )
                .ConfigureAwait(false);
        }
        catch (TelegramException)
        {
            // If there is more to it, what comes next tells.
        }
    }

    private static void WriteMenu(Utf8JsonWriter json)
    {
        json.WriteStartArray("commands");
        foreach (var (_, name, does) in ControlCommands.All)
        {
            json.WriteStartObject();
            json.WriteString("command", name);
            json.WriteString("description", does);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>While Telegram calls somebody it can't be asked. What waits there stays.</summary>
    private async Task<bool> UnhookAsync(CancellationToken cancel)
    {
        await api.CallAsync("deleteWebhook", json => json.WriteBoolean("drop_pending_updates", false), Patience, cancel)
            .ConfigureAwait(false);
        return true;
    }

    private async Task<string> SendAsync(TelegramPlace place, OutboundMessage message, bool html, CancellationToken cancel)
    {
        try
        {
            var sent = await api.CallAsync(
                    "sendMessage",
                    json => Write(json, place, message, html, settings.Previews),
                    Patience,
                    cancel
                )
                .ConfigureAwait(false);
            return (Json.Number(sent, "message_id") ?? 0).ToString(CultureInfo.InvariantCulture);
        }
        catch (TelegramException e) when (html && e.Code == 400 && e.Message.Contains("parse entities", StringComparison.Ordinal))
        {
            return await SendAsync(place, message, html: false, cancel).ConfigureAwait(false);
        }
        catch (TelegramException e) when (e.MovedTo is { } moved && moved != place.Chat)
        {
            return await SendAsync(place with { Chat = moved }, message, html, cancel).ConfigureAwait(false);
        }
    }

    private static void Write(Utf8JsonWriter json, TelegramPlace place, OutboundMessage message, bool html, bool previews)
    {
        json.WriteNumber("chat_id", place.Chat);
        json.WriteString("text", html ? TelegramHtml.Of(message.Text) : message.Text);
        if (html)
        {
            json.WriteString("parse_mode", "HTML");
        }

        if (!previews)
        {
            json.WriteStartObject("link_preview_options");
            json.WriteBoolean("is_disabled", true);
            json.WriteEndObject();
        }

        if (place.Thread is { } thread)
        {
            json.WriteNumber("message_thread_id", thread);
        }

        if (TelegramPlace.Message(message.ReplyTo) is { } answered)
        {
            json.WriteStartObject("reply_parameters");
            json.WriteNumber("message_id", answered);
            json.WriteBoolean("allow_sending_without_reply", true);
            json.WriteEndObject();
        }
    }

    private static TelegramPlace Place(OutboundMessage message) =>
        TelegramPlace.Of(message.Peer, message.ThreadId)
        ?? throw new SendException($"{Slug(message.Peer.Id)} is no chat of Telegram", null);

    private static SendException Refusal(TelegramException e) =>
        e.Code switch
        {
            429 => new SendException(e.Message, e.RetryAfter ?? TimeSpan.FromSeconds(5), e) { Asked = true },
            400 or 403 or 413 => new SendException(e.Message, null, e),
            // A new token may come; until then nothing is lost.
            401 or 404 => new SendException(e.Message, TimeSpan.FromSeconds(30), e),
            _ => new SendException(e.Message, TimeSpan.FromSeconds(1), e),
        };

    private static string Slug(string text) => text.Length > 40 ? "it" : $"'{text}'";
}
