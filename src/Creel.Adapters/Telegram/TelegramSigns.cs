using System.Text.Json;
using Creel.Core.Routing;

namespace Creel.Adapters.Telegram;

/// <summary>What a bot shows beside messages: that it writes, and that it saw. Nobody misses one that did not arrive.</summary>
internal sealed class TelegramSigns(TelegramApi api)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task TypingAsync(Peer peer, string? threadId, CancellationToken cancel)
    {
        if (TelegramPlace.Of(peer, threadId) is not { } place)
        {
            return;
        }

        await TryAsync(
                "sendChatAction",
                json =>
                {
                    json.WriteNumber("chat_id", place.Chat);
                    json.WriteString("action", "typing");
                    if (place.TypingThread is { } thread)
                    {
                        json.WriteNumber("message_thread_id", thread);
                    }
                },
                cancel
            )
            .ConfigureAwait(false);
    }

    /// <param name="sign">One of those that Telegram has; another one is refused by it. Null: ours is taken away.</param>
    public async Task ReactAsync(Peer peer, string messageId, string? sign, CancellationToken cancel)
    {
        if (TelegramPlace.Of(peer, null) is not { } place || TelegramPlace.Message(messageId) is not { } message)
        {
            return;
        }

        await TryAsync(
                "setMessageReaction",
                json =>
                {
                    json.WriteNumber("chat_id", place.Chat);
                    json.WriteNumber("message_id", message);
                    json.WriteStartArray("reaction");
                    if (sign is not null)
                    {
                        json.WriteStartObject();
                        json.WriteString("type", "emoji");
                        json.WriteString("emoji", sign);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                },
                cancel
            )
            .ConfigureAwait(false);
    }

    private async Task TryAsync(string method, Action<Utf8JsonWriter> parameters, CancellationToken cancel)
    {
        try
        {
            await api.CallAsync(method, parameters, Patience, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TelegramException or OperationCanceledException)
        {
            // Nobody misses it.
        }
    }
}
