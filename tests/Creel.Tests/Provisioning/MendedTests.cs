using System.Text.Json;
using Creel.Core;
using Creel.Core.Provisioning;
using Shouldly;

namespace Creel.Tests.Provisioning;

/// <summary>Where we differ from the original: one test for each line of docs/provisioning.md.</summary>
public class MendedTests
{
    private static readonly AgentKeys Keys = new(ProvisioningMode.Ours);
    private static readonly GatewaySheet Gateway = new()
    {
        Id = "g1",
        Name = "Acme",
        WorkspaceRoot = "/srv/oc/",
    };
    private static readonly BoardSheet Board = new() { Id = "b1", Name = "Growth" };

    [Fact]
    public void A_name_that_is_all_emoji_gives_the_same_slug_each_time()
    {
        Keys.Slug("🐙🐙", "a1").ShouldBe(Keys.Slug("🐙🐙", "a1"));
        Keys.Slug("🐙🐙", "a1").ShouldMatch("^[0-9a-f]{32}$");
        Keys.Slug("🐙🐙", "a2").ShouldNotBe(Keys.Slug("🐙🐙", "a1"));
    }

    [Fact]
    public void An_agent_is_known_by_its_id_and_not_by_its_name()
    {
        var (one, other) = (Agent("a1"), Agent("a2"));
        Keys.Session(one).ShouldBe("agent:mc-a1:main");
        Keys.Workspace(one, "/srv").ShouldNotBe(Keys.Workspace(other, "/srv"));
    }

    [Fact]
    public void The_main_agents_session_names_the_agent_that_is_registered()
    {
        Keys.MainSession("g1").ShouldBe($"agent:{AgentKeys.MainAgent("g1")}:main");
        var main = Agent("m1") with { SessionKey = Keys.MainSession("g1") };
        Keys.Workspace(main, "/srv").ShouldBe("/srv/workspace-gateway-g1");
    }

    [Fact]
    public void A_preferred_name_of_blanks_is_none()
    {
        var user = new UserSheet { Name = "Jane Doe", PreferredName = "  \t " };
        Context(user)["user_preferred_name"].ShouldBe("Jane");
        Context(new UserSheet { PreferredName = " " })["user_preferred_name"].ShouldBe("");
    }

    [Fact]
    public void A_user_without_a_name_is_known_by_the_address()
    {
        var context = Context(new UserSheet { Email = "jane@example.org" });
        context["user_name"].ShouldBe("jane@example.org");
        context["user_preferred_name"].ShouldBe("jane");
    }

    [Fact]
    public void An_agent_without_a_stored_session_is_told_the_one_that_it_gets() =>
        Context(null)["session_key"].ShouldBe("agent:mc-a1:main");

    [Fact]
    public void The_base_url_has_no_slash_at_its_end() => Context(null)["base_url"].ShouldBe("http://mc.local");

    [Fact]
    public void Whether_it_is_the_main_agent_is_always_said()
    {
        Context(null)["is_main_agent"].ShouldBe("false");
        new Contexts(ProvisioningMode.Ours, Keys, null).Main(Agent("m"), Gateway, "", null)["is_main_agent"].ShouldBe("true");
    }

    /// <summary>The original escaped what an agent's own templates printed; its readers are no browsers.</summary>
    [Fact]
    public void Rendering_is_verbatim_everywhere_also_in_overrides()
    {
        var agent = Agent("a1") with { Name = "<b>&\"'", SoulTemplate = "<i>{{ agent_name }}</i>" };
        Render(ProvisioningMode.Ours, agent, "SOUL.md").ShouldBe("<i><b>&\"'</i>");
        Render(ProvisioningMode.Seed, agent, "SOUL.md").ShouldBe("<i>&lt;b&gt;&amp;&#34;&#39;</i>");
    }

    [Fact]
    public void A_file_without_a_template_is_none()
    {
        Render(ProvisioningMode.Ours, Agent("a1"), "SELF.md").ShouldBeNull();
        Render(ProvisioningMode.Seed, Agent("a1"), "SELF.md").ShouldBe("");
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("MAIN_TOOLS.md")]
    [InlineData("sub/SOUL.md")]
    [InlineData("..")]
    public void A_file_name_that_a_gateway_made_up_is_left_out(string name) =>
        new FileRenderer(ProvisioningMode.Ours, _ => "leaked {{ auth_token }}")
            .Render(Agent("a1"), AgentKind.Board, Context(null), [name], bootstrap: true)
            .ShouldBeEmpty();

    [Fact]
    public void The_original_leaves_an_agents_own_files_wherever_there_are_some()
    {
        var there = new Dictionary<string, bool>
        {
            ["USER.md"] = false,
            ["MEMORY.md"] = true,
            ["SOUL.md"] = false,
        };

        FileRules.IsSeeded("USER.md", "x", there).ShouldBeFalse();
        FileRules.IsSeeded("MEMORY.md", "x", there).ShouldBeTrue();
        FileRules.IsSeeded("SELF.md", "x", there).ShouldBeTrue();
        FileRules.IsSeeded("SOUL.md", "x", there).ShouldBeTrue();
        FileRules.IsSeeded("SOUL.md", "", there).ShouldBeFalse();
    }

    [Fact]
    public void A_wrong_override_is_told_with_the_agent_the_file_and_the_place()
    {
        var agent = Agent("a1") with { SoulTemplate = "one\n{{ nobody }}" };
        var fault = Should.Throw<CreelException>(() => Render(ProvisioningMode.Ours, agent, "SOUL.md")).Fault;
        fault.Message.ShouldBe("a1:SOUL.md:2:4: 'nobody' is undefined");
        fault.Remedy.ShouldNotBeNull();
    }

    [Fact]
    public void An_identity_of_any_shape_is_read()
    {
        var agent = Agent("a1") with
        {
            Identity = JsonDocument
                .Parse("""{"role": {"a": [1, null, 2.5]}, "purpose": [" x ", 3, null, "  "], "nobody": 1}""")
                .RootElement,
        };
        var context = new Contexts(ProvisioningMode.Ours, Keys, null).Board(agent, Board, Gateway, "", null);
        context["identity_role"].ShouldBe("{'a': [1, None, 2.5]}");
        context["identity_purpose"].ShouldBe("x, 3, None");
        context.ContainsKey("identity_nobody").ShouldBeFalse();
    }

    private static AgentSheet Agent(string id) => new() { Id = id, Name = "Alice" };

    private static IReadOnlyDictionary<string, string> Context(UserSheet? user) =>
        new Contexts(ProvisioningMode.Ours, Keys, "http://mc.local/").Board(Agent("a1"), Board, Gateway, "tok", user);

    private static string? Render(ProvisioningMode mode, AgentSheet agent, string file)
    {
        var context = new Contexts(mode, new AgentKeys(mode), "http://mc.local").Board(agent, Board, Gateway, "tok", null);
        return new FileRenderer(mode, _ => null)
            .Render(agent, AgentKind.Board, context, [file], bootstrap: true)
            .Select(f => f.Value)
            .SingleOrDefault();
    }
}
