using System.Text.Json;
using Creel.Core.Channels;
using Creel.Core.Work;
using Creel.Samples.Telegram;
using Creel.Tests.Cli;
using Creel.Tests.Gateway.Channels;
using Creel.Tests.Gateway.Sessions;
using Creel.Tests.Runtime;

namespace Creel.Tests.Gateway;

/// <summary>A conversation that is full says so; the way on that it names works wherever it was read.</summary>
public sealed class FullConversationTests : IAsyncLifetime
{
    private const string Token = "111:AAAAAAAAAAAAAAAAAAAA";
    private const string Full = "This conversation has become longer than my model can hold. Start a new one with /new.";

    private readonly TestFolder home = new();
    private readonly HashSet<string> full = [];
    private StandInTelegram telegram = null!;
    private StandInBot bot = null!;
    private GatewayFixture conversations = null!;
    private GatewayBench bench = null!;
    private GatewayServer server = null!;

    public async Task InitializeAsync()
    {
        telegram = await StandInTelegram.StartAsync();
        bot = telegram.Bot(Token, 111, "one_bot");
        conversations = await GatewayFixture.StartAsync();
        conversations.Agents.Answer = Answer;
        bench = await GatewayBench.StartAsync(
            $$"""
            {
              name: "h", agents: { list: [{ id: "bart", default: true, workspace: "/srv/bart" }] },
              session: { dmScope: "per-channel-peer" },
              channels: {
                telegram: { apiRoot: "{{telegram.Root}}", botToken: "{{Token}}", dmPolicy: "open", allowFrom: ["*"] },
                webchat: { token: "chat-token" },
              },
            }
            """,
            b => b.Conversations = conversations.Host
        );
        server = await GatewayServer.StartAsync(() => bench);
        Secret("admin.token", GatewayServer.AdminToken);
        Secret(
            "serve.json",
            JsonSerializer.Serialize(
                new
                {
                    url = $"http://127.0.0.1:{server.Port}",
                    pid = Environment.ProcessId,
                    version = "0.1.0",
                }
            )
        );
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await bench.DisposeAsync();
        await conversations.DisposeAsync();
        await telegram.DisposeAsync();
        home.Dispose();
    }

    [Fact]
    public async Task On_telegram()
    {
        var told = 0;
        await GoesOnAsync(async text =>
        {
            await telegram.WriteAsync(bot, Payloads.Direct(7, text));
            await Eventually.Until(() => telegram.Sent.Count > told);
            return telegram.Sent.ElementAt(told++).Text;
        });
    }

    [Fact]
    public async Task On_webchat()
    {
        using var socket = await server.ConnectAsync();
        await GatewayServer.SayAsync(socket, """{"type":"hello","token":"chat-token","peer":"kitchen"}""");
        var said = 0;
        await GoesOnAsync(async text =>
        {
            await GatewayServer.SayAsync(socket, $$"""{"type":"message","id":"{{++said}}","text":"{{text}}"}""");
            return (await GatewayServer.HearAsync(socket, "message")).GetProperty("text").GetString();
        });
    }

    [Fact]
    public Task In_the_terminal() =>
        GoesOnAsync(async text =>
            (await new CliRun.Setting { Home = home.Path }.RunAsync("chat", "bart", "-m", text)).Output.Trim()
        );

    [Fact]
    public Task Over_http() =>
        GoesOnAsync(async text =>
        {
            using var answer = await server.PostAsync(
                server.Admin,
                "/turns",
                JsonSerializer.Serialize(new { agent = "bart", message = text })
            );
            var last = (await answer.Content.ReadAsStringAsync()).TrimEnd().Split('\n')[^1];
            return JsonElement.Parse(last).GetProperty("text").GetString();
        });

    /// <param name="ask">Says something, and hears the answer.</param>
    private static async Task GoesOnAsync(Func<string, Task<string?>> ask)
    {
        (await ask("hello")).ShouldBe("heard: hello");
        (await ask("too much")).ShouldBe(Full);
        (await ask("and now?")).ShouldBe(Full);
        (await ask("/new")).ShouldBe(Sentences.Fresh);
        (await ask("and now?")).ShouldBe("heard: and now?");
        (await ask("too much")).ShouldBe(Full);
        (await ask("/new go on")).ShouldBe("heard: go on");
    }

    private void Secret(string name, string text)
    {
        File.WriteAllText(home[name], text);
        File.SetUnixFileMode(home[name], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>As a native brain does it: a conversation that was full stays so.</summary>
    private string? Answer(StandInAgents.Work work)
    {
        lock (full)
        {
            if (work.Message == "too much")
            {
                full.Add(work.Session);
            }

            if (!full.Contains(work.Session))
            {
                return $"heard: {work.Message}";
            }
        }

        work.End(TaskState.Succeeded, Full, extra: ",\"stop\":\"context-full\"");
        return null;
    }
}
