using System.Globalization;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Channels;

namespace Creel.Adapters.Telegram;

/// <summary>Asks a bot's Telegram for messages, and goes on through whatever trouble passes.</summary>
/// <param name="change">Changes what is told of the channel.</param>
internal sealed class TelegramPoll(
    TelegramApi api,
    ChannelAccount account,
    TimeProvider time,
    Action<Func<ChannelState, ChannelState>> change
)
{
    /// <summary>How long Telegram holds a question for which it has no answer yet, in seconds.</summary>
    private const int Hold = 30;

    private const int MostAtOnce = 100;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>After a week of silence Telegram numbers anew, maybe lower: an old number would then tell it to forget.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromDays(6);

    public static void WriteWanted(Utf8JsonWriter json)
    {
        json.WriteStartArray("allowed_updates");
        json.WriteStringValue("message");
        json.WriteEndArray();
    }

    /// <summary>Tries until it works, or never will.</summary>
    /// <exception cref="TelegramException">The token is wrong.</exception>
    public async Task<T> UntilAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                return await work(cancel).ConfigureAwait(false);
            }
            catch (TelegramException e) when (!e.IsToken)
            {
                Trouble(e.Message);
                await Task.Delay(e.RetryAfter ?? pause, time, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <exception cref="TelegramException">The token is wrong.</exception>
    public async Task RunAsync(IInbox inbox, TelegramUpdates reader, CancellationToken cancel)
    {
        var name = $"telegram/{api.Bot}";
        var (offset, read) = Parse(await UntilKeptAsync(() => inbox.MarkAsync(name, cancel), cancel).ConfigureAwait(false));
        var pause = FirstPause;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var now = time.GetUtcNow();
                offset = now - read > Stale ? 0 : offset;
                var updates = await AskAsync(offset, cancel).ConfigureAwait(false);
                change(state => state with { Connected = true, Trouble = null });
                pause = FirstPause;
                if (updates.Count == 0)
                {
                    continue;
                }

                var messages = updates.Select(reader.Read).OfType<InboundMessage>().ToList();
                var next = updates.Max(u => Json.Number(u, "update_id") ?? 0) + 1;
                var mark = new ReadMark(name, string.Create(CultureInfo.InvariantCulture, $"{next}@{now.ToUnixTimeSeconds()}"));
                await UntilKeptAsync(
                        async () =>
                        {
                            await inbox.TakeAsync(messages, mark, cancel).ConfigureAwait(false);
                            return true;
                        },
                        cancel
                    )
                    .ConfigureAwait(false);
                (offset, read) = (next, now);
            }
            catch (TelegramException e) when (!e.IsToken)
            {
                Trouble(
                    e.Code == 409
                        ? $"somebody else reads the messages of this bot ({e.Message}): "
                            + "stop the other program, or give this account a bot of its own"
                        : e.Message
                );
                await Task.Delay(e.RetryAfter ?? pause, time, cancel).ConfigureAwait(false);
                pause = Longer(pause);
            }
        }
    }

    private async Task<List<JsonElement>> AskAsync(long offset, CancellationToken cancel)
    {
        var result = await api.CallAsync(
                "getUpdates",
                json =>
                {
                    if (offset > 0)
                    {
                        json.WriteNumber("offset", offset);
                    }

                    json.WriteNumber("limit", MostAtOnce);
                    json.WriteNumber("timeout", Hold);
                    WriteWanted(json);
                },
                TimeSpan.FromSeconds(Hold + 15),
                cancel
            )
            .ConfigureAwait(false);
        return result.ValueKind == JsonValueKind.Array ? [.. result.EnumerateArray()] : [];
    }

    /// <summary>Our own store may be the one in trouble; Telegram keeps the messages meanwhile.</summary>
    private async Task<T> UntilKeptAsync<T>(Func<ValueTask<T>> work, CancellationToken cancel)
    {
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (CreelException e)
            {
                Trouble($"{account}: messages can't be kept: {e.Fault.Message}");
                await Task.Delay(pause, time, cancel).ConfigureAwait(false);
            }
        }
    }

    private void Trouble(string trouble) => change(state => state with { Connected = false, Trouble = trouble });

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    /// <summary>The number, and when it was read.</summary>
    private static (long Offset, DateTimeOffset Read) Parse(string? mark)
    {
        var parts = mark?.Split('@');
        return
            parts is { Length: 2 }
            && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var offset)
            && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var at)
            ? (offset, DateTimeOffset.FromUnixTimeSeconds(at))
            : (0, DateTimeOffset.MinValue);
    }
}
