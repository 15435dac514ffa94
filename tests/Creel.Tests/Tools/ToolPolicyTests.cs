using Creel.Core.Tools;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Tools;

public class ToolPolicyTests
{
    private static readonly ToolQuestion Plain = new("anthropic", "claude-sonnet-4-6");

    [Fact]
    public void Nothing_said_takes_nothing_away() => There(new ToolRules()).ShouldBe(ToolNames.All);

    [Theory]
    [InlineData("minimal", "session_status")]
    [InlineData("messaging", "sessions_list sessions_history sessions_send session_status message")]
    public void A_profile_is_a_list(string profile, string tools) =>
        There(Global(new ToolList(profile))).Order().ShouldBe(tools.Split(' ').Order());

    [Fact]
    public void Coding_has_files_programs_memory_and_sessions()
    {
        var there = There(Global(new ToolList("coding"))).ToList();
        there.ShouldContain("exec");
        there.ShouldContain("apply_patch");
        there.ShouldContain("memory_get");
        there.ShouldContain("sessions_spawn");
        there.ShouldContain("cron");
        there.ShouldNotContain("web_fetch");
        there.ShouldNotContain("agents_list");
    }

    [Fact]
    public void The_agents_profile_takes_the_place_of_the_global_one()
    {
        var rules = new ToolRules { Global = Scope(new ToolList("minimal")), Agent = Scope(new ToolList("full")) };
        There(rules).ShouldBe(ToolNames.All);
    }

    [Fact]
    public void What_is_also_allowed_is_on_top_of_the_profile()
    {
        There(Global(new ToolList("minimal", AlsoAllow: ["web_fetch"]))).Order().ShouldBe(["session_status", "web_fetch"]);
        There(Global(new ToolList(AlsoAllow: ["web_fetch"]))).ShouldBe(ToolNames.All);
        var own = new ToolRules
        {
            Global = Scope(new ToolList("minimal", AlsoAllow: ["read"])),
            Agent = Scope(new ToolList(AlsoAllow: ["write"])),
        };
        There(own).Order().ShouldBe(["session_status", "write"]);
    }

    [Theory]
    [InlineData("BASH", "exec apply_patch")]
    [InlineData("apply-patch", "apply_patch")]
    [InlineData("sessions_*", "sessions_list sessions_history sessions_send sessions_spawn")]
    [InlineData("group:web", "web_search web_fetch")]
    [InlineData("*", "")]
    public void Names_have_aliases_groups_and_stars(string word, string tools)
    {
        var expected = tools.Length == 0 ? ToolNames.All : tools.Split(' ');
        There(Global(new ToolList(Allow: [word]))).Order().ShouldBe(expected.Order());
    }

    [Fact]
    public void Deny_wins_and_the_verdict_names_the_step()
    {
        var rules = Global(new ToolList(Allow: ["group:fs"], Deny: ["write"]));
        var verdicts = ToolPolicy.Resolve(rules, Plain, ToolNames.All).Verdicts.ToDictionary(v => v.Tool);
        verdicts["read"].There.ShouldBeTrue();
        (verdicts["write"].Step, verdicts["write"].Why).ShouldBe(("tools", "denies write"));
        (verdicts["exec"].Step, verdicts["exec"].Why).ShouldBe(("tools", "does not allow it"));
    }

    [Fact]
    public void A_list_of_strangers_limits_nothing_and_says_so()
    {
        var resolved = ToolPolicy.Resolve(Global(new ToolList(Allow: ["my_plugin"])), Plain, ToolNames.All);
        resolved.There.ShouldBe(ToolNames.All);
        resolved.Warnings.Single().ShouldContain("alsoAllow");
        There(Global(new ToolList(Allow: ["my_plugin", "read"]))).ShouldBe(["read"]);
    }

    [Fact]
    public void What_is_said_of_the_very_model_goes_before_what_is_said_of_its_provider()
    {
        var by = new Dictionary<string, ToolList>
        {
            ["anthropic"] = new ToolList(Deny: ["exec"]),
            ["anthropic/claude-sonnet-4-6"] = new ToolList(Deny: ["read"]),
        };
        var rules = new ToolRules { Global = new ToolScope(new ToolList(), by) };
        There(rules).ShouldContain("exec");
        There(rules).ShouldNotContain("read");
        There(rules, Plain with { Model = "claude-haiku-4-5" }).ShouldNotContain("exec");
        There(rules, Plain with { Provider = "openai" }).ShouldBe(ToolNames.All);
    }

    [Fact]
    public void A_sandbox_has_a_list_of_its_own_which_the_agent_may_replace()
    {
        var usual = new ToolRules { Sandboxed = true, Channels = ["telegram"] };
        There(usual).ShouldBe(ToolNames.All.Where(ToolNames.SandboxAllow.Contains));
        var own = usual with { GlobalSandbox = new ToolList(Allow: ["read"]), AgentSandbox = new ToolList(Allow: ["web_fetch"]) };
        There(own).Order().ShouldBe(["image", "web_fetch"]);
        There(own with { AgentSandbox = new ToolList(Allow: ["web_fetch"], Deny: ["image"]) }).ShouldBe(["web_fetch"]);
        There(own with { Sandboxed = false }).ShouldBe(ToolNames.All);
    }

    [Theory]
    [InlineData(null, null, null, null, "web_fetch", false)]
    [InlineData(null, null, null, null, "exec", true)]
    [InlineData(null, "web_fetch", null, null, "web_fetch", true)]
    [InlineData(null, "web_fetch", null, null, "exec", true)]
    [InlineData("read", "web_fetch", null, null, "exec", false)]
    [InlineData("", "web_fetch", null, null, "memory_get", true)]
    [InlineData(null, "group:ui", null, null, "browser", true)]
    [InlineData(null, "group:ui", null, null, "nodes", false)]
    [InlineData(null, "telegram", null, null, "telegram", true)]
    [InlineData("browser", null, null, null, "browser", false)]
    [InlineData(null, "browser", "browser", null, "browser", false)]
    [InlineData(null, "web_fetch", "exec", null, "exec", false)]
    [InlineData(null, "web_fetch", null, "memory_get", "web_fetch", false)]
    [InlineData(null, "web_fetch", null, "memory_get", "memory_get", true)]
    public void A_sandboxs_lists(string? allow, string? also, string? deny, string? agentAlso, string tool, bool there)
    {
        var rules = new ToolRules
        {
            Sandboxed = true,
            Channels = ["telegram"],
            GlobalSandbox = new ToolList(null, Words(allow), Words(also), Words(deny)),
            AgentSandbox = new ToolList(AlsoAllow: Words(agentAlso)),
        };
        ToolPolicy.Resolve(rules, Plain, [tool]).Verdicts.Single().There.ShouldBe(there);
    }

    [Theory]
    [InlineData("anthropic", "m", "anthropic", true)]
    [InlineData("anthropic", "m", "anthropic/m", true)]
    [InlineData("anthropic", "m", "anthropic/n", false)]
    [InlineData("anthropic", "m", "m", false)]
    [InlineData("Anthropic ", "M", "anthropic/m", true)]
    [InlineData("openrouter", "meta/llama", "openrouter/meta/llama", true)]
    [InlineData("openrouter", "meta/llama", "meta/llama", true)]
    [InlineData("openrouter", "meta/llama", "openrouter", true)]
    [InlineData("openrouter", "meta/llama", "meta", false)]
    [InlineData("", "", "", false)]
    public void A_key_of_a_provider_is_it_or_its_very_model(string provider, string model, string key, bool holds)
    {
        var scope = new ToolScope(new ToolList(), new Dictionary<string, ToolList> { [key] = new ToolList(Deny: ["exec"]) });
        var question = new ToolQuestion(provider, model);
        There(new ToolRules { Global = scope }, question).Contains("exec").ShouldBe(!holds);
        There(new ToolRules { Agent = scope }, question).Contains("exec").ShouldBe(!holds);
    }

    [Theory]
    [InlineData("", "", "", true, "read write exec web_fetch process")]
    [InlineData("", "", "", false, "read sessions_list sessions_history sessions_spawn")]
    [InlineData("read", "", "", true, "read")]
    [InlineData("read", "cron", "", true, "read cron")]
    [InlineData("", "cron", "", true, "read cron exec")]
    [InlineData("", "bash cron", "exec", true, "read cron")]
    [InlineData("", "sessions_spawn", "", true, "sessions_spawn read")]
    public void What_a_helper_has(string allow, string also, string deny, bool leaf, string tools)
    {
        var rules = new ToolRules { Subagents = new ToolList(null, Words(allow), Words(also), Words(deny)) };
        var there = There(rules, Plain with { Subagent = true, Leaf = leaf }).ToList();
        tools.Split(' ').ShouldBeSubsetOf(there);
        there.ShouldNotContain("gateway");
        there.ShouldNotContain("memory_search");
        there.Contains("sessions_spawn").ShouldBe(tools.Contains("sessions_spawn"));
        there.Contains("exec").ShouldBe(allow.Length == 0 && deny.Length == 0);
    }

    private static string[]? Words(string? text) => text?.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void A_subagent_loses_what_is_not_its_own_unless_it_is_given_back()
    {
        var question = Plain with { Subagent = true };
        There(new ToolRules(), question).ShouldNotContain("sessions_send");
        There(new ToolRules(), question).ShouldNotContain("sessions_spawn");
        There(new ToolRules(), question with { Leaf = false }).ShouldContain("sessions_spawn");
        There(new ToolRules { Subagents = new ToolList(Allow: ["read", "sessions_send"]) }, question)
            .Order()
            .ShouldBe(["read", "sessions_send"]);
    }

    [Fact]
    public void Owners_tools_are_for_owners()
    {
        There(new ToolRules(), Plain with { Owner = false }).ShouldBe(ToolNames.All.Except(ToolNames.OwnerOnly));
        There(Global(new ToolList(Allow: ["cron"])), Plain with { Owner = false }).ShouldBeEmpty();
    }

    [Fact]
    public void Each_step_can_only_take_away()
    {
        var words = Gen.Elements([.. ToolNames.All, .. ToolNames.Groups.Keys, "*", "sess*", "stranger"]);
        var list = Gen.ListOf(words).Select(l => (IReadOnlyList<string>)[.. l.Take(4)]);
        var maybe = Gen.OneOf(list.Select(l => (IReadOnlyList<string>?)l), Gen.Constant((IReadOnlyList<string>?)null));
        var cases =
            from deny in maybe
            from allow in maybe
            from base_ in maybe
            from subagent in Gen.Elements(true, false)
            select (deny, allow, base_, subagent);
        Prop.ForAll(
                cases.ToArbitrary(),
                c =>
                {
                    var question = Plain with { Subagent = c.subagent };
                    var before = There(Global(new ToolList(Deny: c.base_)), question).ToHashSet();
                    var rules = Global(new ToolList(Deny: c.base_)) with
                    {
                        Agent = Scope(new ToolList(Allow: c.allow, Deny: c.deny)),
                    };
                    return There(rules, question).All(before.Contains)
                        && There(rules with { Sandboxed = true }, question).All(There(rules, question).Contains)
                        && There(rules, question with { Owner = false }).All(There(rules, question).Contains)
                        && There(rules, question with { Limits = [new ToolLimit("the room", new ToolList(Allow: c.allow))] })
                            .All(There(rules, question).Contains);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("a*c", "abbbc", true)]
    [InlineData("a*c", "abbbd", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("**", "x", true)]
    public void A_star_is_anything(string pattern, string tool, bool matches) =>
        ToolPolicy.Resolve(Global(new ToolList(Deny: [pattern])), Plain, [tool]).Verdicts.Single().There.ShouldBe(!matches);

    [Theory]
    [InlineData("telegram", "4711", null)]
    [InlineData("telegram", "telegram:4711", null)]
    [InlineData("telegram", "12", "tools.elevated.allowFrom.telegram does not list them")]
    [InlineData("discord", "4711", "tools.elevated.allowFrom.discord does not list them")]
    [InlineData("webchat", "anybody", "the agent's tools.elevated.allowFrom.webchat does not list them")]
    public void Who_may_ask_for_the_elevated_is_on_both_lists(string channel, string sender, string? objection)
    {
        IReadOnlyList<string> ids = ["Telegram:4711"];
        var rules = new ToolRules
        {
            Elevated = new ElevatedRules(
                AllowFrom: new Dictionary<string, IReadOnlyList<string>> { ["telegram"] = ids, ["webchat"] = ["*"] }
            ),
            AgentElevated = new ElevatedRules(AllowFrom: new Dictionary<string, IReadOnlyList<string>> { ["telegram"] = ["*"] }),
        };
        ElevatedPolicy.Objection(rules, channel, sender).ShouldBe(objection);
        ElevatedPolicy
            .Objection(rules with { Elevated = new ElevatedRules(false) }, channel, sender)!
            .ShouldContain("enabled is false");
        ElevatedPolicy.Objection(new ToolRules(), channel, sender).ShouldNotBeNull();
    }

    private static IEnumerable<string> There(ToolRules rules, ToolQuestion? question = null) =>
        ToolPolicy.Resolve(rules, question ?? Plain, ToolNames.All).There;

    private static ToolRules Global(ToolList list) => new() { Global = Scope(list) };

    private static ToolScope Scope(ToolList list) => new(list, new Dictionary<string, ToolList>());
}
