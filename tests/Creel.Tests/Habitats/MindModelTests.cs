using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Link;
using Creel.Core.Tools;

namespace Creel.Tests.Habitats;

public class MindModelTests
{
    private const string Whole = """
        {
            agents: {
                defaults: {
                    model: { primary: 'anthropic/a', fallbacks: ['openai/b'] }, thinkingDefault: 'low', contextTokens: 100000, timeoutSeconds: 60,
                    bootstrapMaxChars: 10, bootstrapTotalMaxChars: 20, skipBootstrap: true, userTimezone: 'Europe/Berlin', timeFormat: '24',
                    sandbox: { mode: 'all' },
                },
                list: [
                    { id: 'a' },
                    {
                        id: 'b', model: { primary: 'x/y', fallbacks: [] }, thinkingDefault: 'high', identity: { name: 'B', emoji: '🦞' },
                        skills: ['one'], sandbox: { mode: 'off' },
                        tools: {
                            profile: 'coding', alsoAllow: ['web_fetch'], deny: ['exec'], fs: { workspaceOnly: true }, exec: { timeoutSec: 5 },
                            byProvider: { 'OpenAI/GPT': { deny: ['*'] } }, elevated: { enabled: false },
                        },
                    },
                ],
            },
            skills: { load: { extraDirs: ['/srv/skills', 'relative'] } },
            channels: { telegram: {}, defaults: {} },
            tools: {
                allow: ['group:fs'], web: { search: { apiKey: 'sk-secret' } }, sandbox: { tools: { deny: ['image'] } },
                subagents: { tools: { allow: ['read'] } }, elevated: { allowFrom: { telegram: [4711, 'ann'] } },
            },
        }
        """;

    [Fact]
    public void An_agents_own_words_go_before_those_of_all()
    {
        var (a, b) = Read();
        a.Fallbacks.ShouldBe(["openai/b"]);
        b.Fallbacks.ShouldBeEmpty();
        (a.Thinking, b.Thinking).ShouldBe(("low", "high"));
        (a.ContextTokens, a.TimeoutSeconds, a.FileChars, a.AllFileChars, a.SkipBootstrap).ShouldBe((100_000, 60, 10, 20, true));
        (a.Timezone, a.TimeFormat).ShouldBe(("Europe/Berlin", "24"));
        a.Identity.ShouldBeNull();
        (b.Identity!.Name, b.Identity.Emoji).ShouldBe(("B", "🦞"));
        a.Skills.ShouldBeNull();
        b.Skills.ShouldBe(["one"]);
        a.SkillFolders.ShouldBe(["/srv/skills"]);
    }

    [Fact]
    public void What_its_brain_is_told_is_what_its_gateway_knows()
    {
        var model = Habitat.Model(Whole);
        foreach (var agent in model.Agents)
        {
            var rules = model.Gateway.Agents[agent.Id];
            var (told, known) = (JsonSerializer.Serialize(agent.Mind), JsonSerializer.Serialize(MindModel.Of(rules)));
            told.ShouldBe(known);
            agent.Model.ShouldBe(rules.Model.Primary);
        }
    }

    [Fact]
    public void Tools_are_read_from_both_scopes()
    {
        var (a, b) = Read();
        a.Tools.Global.List.Allow.ShouldBe(["group:fs"]);
        a.Tools.Agent.List.SaysNothing.ShouldBeTrue();
        (a.Tools.Sandboxed, b.Tools.Sandboxed).ShouldBe((true, false));
        a.Tools.GlobalSandbox.Deny.ShouldBe(["image"]);
        a.Tools.Subagents.Allow.ShouldBe(["read"]);
        a.Tools.Channels.ShouldBe(["telegram"]);
        ElevatedPolicy.Objection(a.Tools, "telegram", "4711").ShouldBeNull();
        ElevatedPolicy.Objection(b.Tools, "telegram", "4711").ShouldNotBeNull();
        (b.Tools.WorkspaceOnly, b.Tools.ExecSeconds).ShouldBe((true, 5));
        b.Tools.Agent.List.ShouldSatisfyAllConditions(
            l => l.Profile.ShouldBe("coding"),
            l => l.AlsoAllow.ShouldBe(["web_fetch"]),
            l => l.Deny.ShouldBe(["exec"])
        );
        b.Tools.Agent.ByProvider.Keys.ShouldBe(["openai/gpt"]);
    }

    [Fact]
    public void What_a_cell_is_told_comes_through_whole_and_without_a_secret()
    {
        var (_, b) = Read();
        var json = JsonSerializer.Serialize(b, LinkJson.Default.MindModel);
        json.ShouldNotContain("sk-secret");
        var back = JsonSerializer.Deserialize(json, LinkJson.Default.MindModel)!;
        JsonSerializer.Serialize(back, LinkJson.Default.MindModel).ShouldBe(json);
        var question = new ToolQuestion("anthropic", "a");
        ToolPolicy
            .Resolve(back.Tools, question, ToolNames.All)
            .There.ShouldBe(ToolPolicy.Resolve(b.Tools, question, ToolNames.All).There);
    }

    [Theory]
    [InlineData("{agents: {list: [{id: 'a', tools: {profile: 'codign'}}]}}", "is no profile")]
    [InlineData("{tools: {allow: ['a'], alsoAllow: ['b']}}", "allow and alsoAllow")]
    [InlineData("{agents: {defaults: {thinkingDefault: 'hihg'}}}", "did you mean 'high'")]
    [InlineData("{agents: {defaults: {contextTokens: 'many'}}}", "must be a number")]
    public void What_is_wrong_is_told_by_its_place(string text, string words) =>
        Habitat.Errors(text).ShouldContain(e => e.Contains(words));

    [Fact]
    public void A_native_brain_without_a_word_is_no_reason_for_a_warning() =>
        Habitat.Warnings("{agents: {list: [{id: 'a', model: 'anthropic/x'}]}}").ShouldBeEmpty();

    private static (MindModel A, MindModel B) Read()
    {
        var model = Habitat.Model(Whole);
        return (model.Agents[0].Mind, model.Agents[1].Mind);
    }
}
