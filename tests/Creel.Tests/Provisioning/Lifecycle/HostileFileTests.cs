using System.Globalization;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>What a plan shows of files that a gateway, or an agent there, wrote to be read by us.</summary>
public sealed class HostileFileTests
{
    private const string Secret = "s3cret!";

    private static readonly ProvisionOptions Diff = new() { Diff = true };
    private static readonly string Barts = AgentToken.Of(AgentId.Parse("bart"), new byte[32]);

    private readonly LifecycleWorld world = new();

    public HostileFileTests() => world.Desired.Add(LifecycleWorld.Agent("lisa"));

    [Fact]
    public async Task No_line_of_a_file_becomes_two_and_nothing_in_it_hides()
    {
        var shown = await ShowAsync(
            "x\rprod: nothing to do (0 agents)\r  > run\u2028this\u0085a\u200bb\u202ec\U000E0041\v\f\e[2J"
        );

        shown
            .ShouldHaveSingleItem()
            .ShouldBe(
                @"-x\rprod: nothing to do (0 agents)\r  > run\u{2028}this\u{85}a\u{200b}b\u{202e}c\u{e0041}\u{b}\u{c}\u{1b}[2J"
            );
    }

    [Fact]
    public async Task How_far_a_line_is_set_in_and_which_signs_it_has_stays_as_it_is()
    {
        var shown = await ShowAsync("  \tnaïve  日本 🎷 \\ [x](y)  ");

        shown.ShouldBe(["-  \tnaïve  日本 🎷 \\ [x](y)  "]);
    }

    [Fact]
    public async Task No_mark_stands_on_a_sign_of_ours_and_few_on_one_of_the_files()
    {
        (await ShowAsync("\u0301a\u0301\u200b\u0301b")).ShouldBe(["-\\u{301}a\u0301\\u{200b}\\u{301}b"]);
        (await ShowAsync("a" + new string('\u0301', 5))).ShouldBe(["-a\u0301\u0301\u0301\\u{301}\\u{301}"]);
    }

    [Theory]
    [InlineData("AUTH_TOKEN={0}", "-AUTH_TOKEN=(hidden)")]
    [InlineData("curl -H 'X-Agent-Token: {0}' and {0}", "-curl -H 'X-Agent-Token: (hidden)' and (hidden)")]
    public async Task Nobodys_token_is_shown(string line, string expected) =>
        (await ShowAsync(string.Format(CultureInfo.InvariantCulture, line, Barts))).ShouldBe([expected]);

    [Fact]
    public async Task A_token_that_is_cut_by_signs_that_nobody_sees_is_not_shown_in_pieces()
    {
        var shown = await ShowAsync($"a {Barts.Insert(20, "\u200b")} b");

        shown.ShouldBe(["-a (hidden) b"]);
    }

    [Theory]
    [InlineData("open: s3cret-of-[prod]!", "-open: (hidden)!")]
    [InlineData("open: s3cret\u200b-of-\u2060[prod]!", "-open: (hidden)!")]
    public async Task What_opens_the_gateway_is_not_shown(string line, string expected)
    {
        world.Secrets.Add("s3cret-of-[prod]");

        (await ShowAsync(line)).ShouldBe([expected]);
    }

    [Fact]
    public async Task Where_two_tokens_differ_it_is_seen_that_they_do()
    {
        var lisas = AgentToken.Of(AgentId.Parse("homer"), new byte[32]);
        world.Change("lisa", "SOUL.md", lisas);

        (await ShowAsync(Barts, keep: true)).ShouldBe(["-(hidden)", "+(hidden)"]);
    }

    [Fact]
    public async Task Of_a_long_line_the_beginning_is_shown_and_how_long_it_is()
    {
        (await ShowAsync(new string('x', 300))).Single().ShouldBe("-" + new string('x', 300));
        (await ShowAsync(new string('x', 301))).Single().ShouldBe("-" + new string('x', 300) + "… (1 more)");
        (await ShowAsync(new string('\u0001', 2 * 1024 * 1024))).Single().ShouldEndWith("… (2097092 more)");
        (await ShowAsync(string.Concat(Enumerable.Repeat("🎷", 400)))).Single().ShouldEndWith("🎷… (500 more)");
    }

    [Fact]
    public async Task A_token_over_the_end_of_what_is_shown_is_not_shown_in_part()
    {
        var shown = await ShowAsync(new string(' ', 280) + Barts);

        shown.Single().ShouldNotContain("AAAA");
    }

    [Fact]
    public async Task Of_a_file_with_long_lines_as_much_is_shown_as_a_person_reads()
    {
        var shown = await ShowAsync(string.Join('\n', Enumerable.Range(0, 390).Select(n => $"{n} {new string('x', 290)}")));

        shown.Sum(l => l.Length).ShouldBeInRange(63 * 1024, 65 * 1024);
        shown[^1].ShouldMatch(@"^\(and \d+ lines more\)$");
    }

    [Fact]
    public async Task A_plan_of_many_agents_ends_somewhere_and_says_how_the_rest_is_seen()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 390).Select(n => new string('\u0001', 4000)));
        world.Desired.Clear();
        foreach (var n in Enumerable.Range(0, 20))
        {
            world.Desired.Add(LifecycleWorld.Agent($"a{n:00}"));
        }

        await world.RunAsync();
        world.Desired.ForEach(d => world.Gateway[d.Registration.Id, "SOUL.md"] = lines);

        var plan = await world.PlanAsync(Diff);
        JsonSerializer.Serialize(plan.Agents.Select(a => a.Files)).Length.ShouldBeLessThan(1024 * 1024);
        string[] rest =
        [
            "(not shown: more differs than one plan shows; see it with creel provision --plan --diff --gateway prod --agent a19)",
        ];
        plan.Agents[^1].Files.Single().Diff.ShouldBe(rest);

        var alone = await world.PlanAsync(Diff, new(Agents: [AgentId.Parse("a19")]));
        alone.Agents.Single().Files.Single().Diff!.Count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task What_stays_as_the_agent_wrote_it_is_shown_no_otherwise()
    {
        await world.RunAsync();
        world.Gateway["mc-lisa", "USER.md"] = $"x\r{Barts}";
        world.Change("lisa", "USER.md", "# marge simpson");

        var kept = (await world.PlanAsync()).Agents.Single().Files.Single();

        (kept.Act, kept.Reason).ShouldBe((FileAct.Keep, FileReason.BothChanged));
        kept.Diff.ShouldBe([@"-x\r(hidden)", "+# marge simpson"]);
    }

    [Fact]
    public void Whatever_two_files_are_what_is_shown_of_them_is_seen_and_short_and_no_secret() =>
        Prop.ForAll(
                Arb.From(Texts()),
                Arb.From(Texts()),
                (there, here) =>
                {
                    var shown = LineDiff.Of(there, here, [Secret]);
                    LineDiff.Of(there, there, []).ShouldBeEmpty();
                    foreach (var line in shown)
                    {
                        PlainLine.IsSeen(line.Replace('\t', ' ')).ShouldBeTrue(line);
                        line.Length.ShouldBeLessThan(330);
                        line.ShouldNotContain(Secret);
                        line.ShouldNotContain("AAAAAAAA");
                        VisibleLine.Of(line).ShouldBe(line);
                    }
                }
            )
            .QuickCheckThrowOnFailure();

    private static Gen<string> Texts() =>
        Gen.Elements(
                "a",
                " ",
                "\t",
                "\n",
                "\r",
                "\u0085",
                "\u2029",
                "\u202e",
                "\u200b",
                "\ufe0f",
                "\u0301",
                "\ud83c",
                "🎷",
                "\e[31m",
                "\U000E0041",
                "\\",
                Secret,
                Secret.Insert(3, "\u200d"),
                $" {Barts} ",
                $" {Barts.Insert(9, "\u2060")} ",
                new string('x', 299)
            )
            .ArrayOf()
            .Select(string.Concat);

    /// <summary>What a plan shows as gone or come, of a file that the gateway now has so.</summary>
    private async Task<IReadOnlyList<string>> ShowAsync(string text, bool keep = false)
    {
        if (world.Store.All.Count == 0)
        {
            await world.RunAsync();
        }

        world.Gateway["mc-lisa", "SOUL.md"] = text;
        var diff = (await world.PlanAsync(Diff)).Agents.Single().Files.Single(f => f.Name == "SOUL.md").Diff!;
        return [.. diff.Where(l => keep || !l.StartsWith('+'))];
    }
}
