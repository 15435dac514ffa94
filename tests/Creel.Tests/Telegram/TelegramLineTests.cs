using Creel.Tests.Gateway.Channels;

namespace Creel.Tests.Telegram;

/// <summary>From a stand-in Telegram to the agent and back by the same bot.</summary>
public class TelegramLineTests
{
    private const string One = "111:AAAAAAAAAAAAAAAAAAAA";
    private const string Two = "222:BBBBBBBBBBBBBBBBBBBB";

    private static string Habitat(string root, string more = "") =>
        $$"""
            {
              name: "simpsons",
              agents: { list: [{ id: "bart", default: true, workspace: "/srv/bart" }, { id: "lisa", workspace: "/srv/lisa" }] },
              bindings: [
                { agentId: "bart", match: { channel: "telegram", accountId: "one" } },
                { agentId: "lisa", match: { channel: "telegram", accountId: "two" } },
              ],
              channels: { telegram: {
                apiRoot: "{{root}}", dmPolicy: "open", allowFrom: ["*"], groupPolicy: "open",
                {{more}}
                accounts: { one: { botToken: "{{One}}" }, two: { botToken: "{{Two}}" } },
              } },
            }
            """;

    [Fact]
    public async Task Two_bots_answer_each_for_their_own_agent()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var (one, two) = (telegram.Bot(One, 111, "one_bot"), telegram.Bot(Two, 222, "two_bot"));
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));

        for (var i = 0; i < 50; i++)
        {
            await telegram.WriteAsync(one, Payloads.Direct(7, $"a{i}"));
            await telegram.WriteAsync(two, Payloads.Direct(7, $"b{i}"));
        }

        await Eventually.Until(() => telegram.Sent.Count == 100);
        telegram.Sent.Where(s => s.Bot == "one_bot").Select(s => s.Text).ShouldBe(
            Enumerable.Range(0, 50).Select(i => $"bart heard: a{i}")
        );
        telegram.Sent.Where(s => s.Bot == "two_bot").Select(s => s.Text).ShouldBe(
            Enumerable.Range(0, 50).Select(i => $"lisa heard: b{i}")
        );
        telegram.Sent.ShouldAllBe(s => s.Chat == 7);
        await Eventually.Until(() => one.Unconfirmed == 0 && two.Unconfirmed == 0);
        bench.Log.Text.ShouldNotContain("AAAA");
    }

}
