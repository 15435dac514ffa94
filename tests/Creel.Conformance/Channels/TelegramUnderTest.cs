using System.Globalization;
using System.Net;
using System.Text.Json;
using Creel.Adapters.Telegram;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;
using Creel.Samples.Telegram;
using Creel.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Creel.Conformance.Channels;

/// <summary>A bot at a stand-in Telegram, which it asks, or which calls it.</summary>
public sealed class TelegramUnderTest : ChannelUnderTest
{
    private const string Token = "111:AAAAAAAAAAAAAAAAAAAA";
    private readonly StandInTelegram telegram;
    private readonly StandInBot bot;
    private readonly WebApplication? door;
    private int read;

    private TelegramUnderTest(StandInTelegram telegram, StandInBot bot, IChannel channel, WebApplication? door) =>
        (this.telegram, this.bot, Channel, this.door) = (telegram, bot, channel, door);

    public override IChannelKind Kind { get; } = new TelegramKind(TimeProvider.System);

    public override IChannel Channel { get; }

    public override string Somebody => "7";

    public static async Task<ChannelUnderTest> OpenAsync(bool called)
    {
        var telegram = await StandInTelegram.StartAsync();
        var bot = telegram.Bot(Token, 111, "bart_bot");
        IWebhookChannel? channel = null;
        var door = called ? await DoorAsync(() => channel!) : null;
        var account = new ChannelAccountModel
        {
            Channel = "telegram",
            Id = "default",
            Name = "default",
            WebhookUrl = door is null ? null : $"{door.Urls.First()}/hook",
            Settings = JsonSerializer.Serialize(new { apiRoot = telegram.Root }),
        };
        channel = (IWebhookChannel)new TelegramKind(TimeProvider.System).Open(account, new AccountSecrets(Token, "secret"));
        return new TelegramUnderTest(telegram, bot, channel, door);
    }

    public override async Task WriteAsync(string text)
    {
        var update = bot.Add(Payloads.Direct(7, text));
        while (bot.Webhook is { } hook && await telegram.CallWebhookAsync(bot, update, hook.Secret) != 200)
        {
            await Task.Yield();
        }
    }

    public override async Task<string> ReadAsync()
    {
        await Eventually.Until(() => telegram.Sent.Count > read);
        var sent = telegram.Sent.ElementAt(read++);
        sent.Chat.ToString(CultureInfo.InvariantCulture).ShouldBe(Somebody);
        return sent.Text;
    }

    public override async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await telegram.DisposeAsync();
        if (door is not null)
        {
            await door.DisposeAsync();
        }
    }

    private static async Task<WebApplication> DoorAsync(Func<IWebhookChannel> channel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        app.MapPost(
            "/hook",
            async (HttpContext context) =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                var call = new WebhookCall(name => context.Request.Headers[name], body.ToArray());
                context.Response.StatusCode = await channel().TakeAsync(call, context.RequestAborted);
            }
        );
        await app.StartAsync();
        return app;
    }
}
