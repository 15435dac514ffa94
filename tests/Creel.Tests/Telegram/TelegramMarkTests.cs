using System.Globalization;
using System.Text.Json;
using Creel.Adapters.Telegram;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;
using Creel.Samples.Telegram;

namespace Creel.Tests.Telegram;

/// <summary>Where a bot begins to read.</summary>
public class TelegramMarkTests
{
    private const string Token = "111:AAAAAAAAAAAAAAAAAAAA";

    [Theory]
    [InlineData(0, 500L)]
    [InlineData(5, 500L)]
    [InlineData(7, null)]
    public async Task After_a_week_of_silence_numbers_may_begin_anew_and_none_is_told(int days, long? offset)
    {
        await using var telegram = await StandInTelegram.StartAsync();
        telegram.Bot(Token, 111, "bart_bot");
        var account = new ChannelAccountModel
        {
            Channel = "telegram",
            Id = "default",
            Name = "default",
            Settings = JsonSerializer.Serialize(new { apiRoot = telegram.Root }),
        };
        await using var channel = new TelegramKind(TimeProvider.System).Open(account, new AccountSecrets(Token));
        var read = DateTimeOffset.UtcNow.AddDays(-days).ToUnixTimeSeconds();
        using var stop = new CancellationTokenSource();

        var receiving = channel.ReceiveAsync(new Marked(string.Create(CultureInfo.InvariantCulture, $"500@{read}")), stop.Token);
        await Eventually.Until(() => telegram.Calls.Any(c => c.Method == "getUpdates"));
        await stop.CancelAsync();
        await receiving;

        ((long?)telegram.Calls.First(c => c.Method == "getUpdates").Body["offset"]).ShouldBe(offset);
    }

    private sealed class Marked(string mark) : IInbox
    {
        public ValueTask TakeAsync(IReadOnlyList<InboundMessage> messages, ReadMark? next, CancellationToken cancel) => default;

        public ValueTask<string?> MarkAsync(string name, CancellationToken cancel) => new(name == "telegram/111" ? mark : null);
    }
}
