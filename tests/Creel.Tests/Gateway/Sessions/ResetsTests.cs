using Creel.Core.Habitats.Gateway;
using Creel.Core.Sessions;

namespace Creel.Tests.Gateway.Sessions;

public class ResetsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("agent:bart:main", null, 10)]
    [InlineData("agent:bart:telegram:group:-1", null, 20)]
    [InlineData("agent:bart:telegram:group:-1:topic:5", null, 30)]
    [InlineData("agent:bart:main:thread:5", null, 30)]
    [InlineData("agent:bart:telegram:group:-1", "telegram", 40)]
    [InlineData("agent:bart:telegram:group:-1", "discord", 20)]
    public void Silence_is_measured_by_the_rule_of_the_channel_else_of_the_kind(string key, string? channel, int minutes)
    {
        var rules = new SessionRules
        {
            ResetByType = new Dictionary<string, ResetRule>
            {
                ["direct"] = Idle(10),
                ["group"] = Idle(20),
                ["thread"] = Idle(30),
            },
            ResetByChannel = new Dictionary<string, ResetRule> { ["telegram"] = Idle(40) },
        };

        Due(rules, key, channel, Noon.AddMinutes(-minutes)).ShouldBeNull();
        Due(rules, key, channel, Noon.AddMinutes(-minutes).AddSeconds(-1)).ShouldBe("idle");
    }

    [Theory]
    [InlineData("2026-05-04T04:00:00Z", null)]
    [InlineData("2026-05-04T03:59:59Z", "daily")]
    [InlineData("2026-05-03T12:00:00Z", "daily")]
    public void A_day_begins_at_its_hour(string last, string? due) =>
        Due(new SessionRules(), "agent:bart:main", null, DateTimeOffset.Parse(last, null)).ShouldBe(due);

    [Fact]
    public void Before_the_hour_the_day_before_goes_on() =>
        Resets
            .Due(
                new SessionRules(),
                "agent:bart:main",
                null,
                new DateTimeOffset(2026, 5, 3, 5, 0, 0, TimeSpan.Zero),
                new DateTimeOffset(2026, 5, 4, 3, 0, 0, TimeSpan.Zero),
                TimeZoneInfo.Utc
            )
            .ShouldBeNull();

    [Theory]
    [InlineData("/new", "")]
    [InlineData("  /NEW  buy milk ", "buy milk")]
    [InlineData("/reset\nand go on", "and go on")]
    [InlineData("/newest idea", null)]
    [InlineData("a /new one", null)]
    [InlineData("", null)]
    public void A_trigger_is_a_word_of_its_own_at_the_beginning(string message, string? rest)
    {
        Resets.IsTrigger(new SessionRules(), message, out var found).ShouldBe(rest is not null);
        found.ShouldBe(rest ?? "");
    }

    private static ResetRule Idle(int minutes) => new(ResetMode.Idle, 0, TimeSpan.FromMinutes(minutes));

    private static string? Due(SessionRules rules, string key, string? channel, DateTimeOffset last) =>
        Resets.Due(rules, key, channel, last, Noon, TimeZoneInfo.Utc);
}
