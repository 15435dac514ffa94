using Creel.Commands;
using Creel.Commands.Rendering;
using Creel.Core.Isolation;
using Creel.Core.Rendering;

namespace Creel.Tests.Rendering;

/// <summary>What the hardened files do better than the older generators; the numbers are those of docs/generators.md.</summary>
public sealed class DefectTests : IDisposable
{
    private readonly Rendering rendering = new();

    public void Dispose() => rendering.Dispose();

    [Fact]
    public void The_gateway_listens_on_loopback_with_a_token_that_nobody_guesses()
    {
        rendering.Render(Rendering.Two);

        var gateway = rendering.Config("bart")["gateway"]!;
        gateway["bind"]!.ToString().ShouldBe("loopback");
        gateway["auth"]!["token"]!.ToString().ShouldBe("${OPENCLAW_GATEWAY_TOKEN}");
        gateway["controlUi"]!.AsObject().ContainsKey("allowInsecureAuth").ShouldBeFalse();
        rendering.Text("openclaw-bart.service").ShouldNotContain(rendering.Token("bart"));
    }

    [Fact]
    public void The_config_is_named_by_variables_and_not_by_an_option_that_there_is_not()
    {
        rendering.Render(Rendering.Two);

        var unit = rendering.Text("openclaw-bart.service");
        unit.ShouldNotContain("--config");
        unit.ShouldContain("Environment=OPENCLAW_CONFIG_PATH=/run/credentials/openclaw-bart.service/openclaw.session.json\n");
        unit.ShouldNotContain("desktop.service");
        unit.ShouldNotContain("DISPLAY");
    }

    [Fact]
    public void Each_internal_group_has_a_network_of_its_own()
    {
        rendering.Render(
            """{ name: "i", isolation: "container", network: "internal", agents: { list: [ { id: "a" }, { id: "b" } ] } }"""
        );

        rendering.Service("a")["networks"][0].ToString().ShouldBe("openclaw-a");
        rendering.Service("b")["networks"][0].ToString().ShouldBe("openclaw-b");
    }

    [Fact]
    public void A_container_has_a_user_limits_and_no_capabilities()
    {
        rendering.Render(
            """{ name: "i", isolation: "container", network: "none", agents: { list: [ { id: "a", resources: { memory: "1Gi", cpu: "500m", pids: 99 } } ] } }"""
        );

        var service = rendering.Service("a");
        service["user"].ToString().ShouldBe("1000:1000");
        service["read_only"].ToString().ShouldBe("true");
        service["cap_drop"][0].ToString().ShouldBe("ALL");
        service["security_opt"][0].ToString().ShouldBe("no-new-privileges:true");
        service["mem_limit"].ToString().ShouldBe("1073741824");
        service["memswap_limit"].ToString().ShouldBe("1073741824");
        service["cpus"].ToString().ShouldBe("0.5");
        service["pids_limit"].ToString().ShouldBe("99");
        service["restart"].ToString().ShouldBe("on-failure:5");
    }

    [Fact]
    public void A_shared_path_is_the_hosts_and_read_only_unless_said()
    {
        const string Text = """
            { name: "s", LEVEL agents: { list: [ { id: "a" } ] }, sharedPaths: [{ path: "/srv/fam ily", mode: "ro" }, { path: "/srv/50%", mode: "rw" }] }
            """;
        rendering.Render(Text.Replace("LEVEL", "isolation: 'container',", StringComparison.Ordinal));
        var volumes = rendering.Service("a")["volumes"];
        volumes[2]["source"].ToString().ShouldBe("/srv/fam ily");
        volumes[2]["read_only"].ToString().ShouldBe("true");
        volumes[3]["source"].ToString().ShouldBe("/srv/50%");

        rendering.Render(Text.Replace("LEVEL", "", StringComparison.Ordinal));
        var unit = rendering.Text("openclaw-a.service");
        unit.ShouldContain("BindReadOnlyPaths=\"/srv/fam ily\"\n");
        unit.ShouldContain("BindPaths=\"/srv/50%%\"\n");
        unit.ShouldContain("ProtectHome=tmpfs\n");
    }

    [Fact]
    public void A_habitats_name_writes_no_directive_and_is_no_specifier()
    {
        rendering.Render(
            Rendering.Habitat("""{ name: "n", agents: { list: [ { id: "a" } ] } }""") with
            {
                Name = "x)\nExecStartPre=/bin/evil\n# 100%H",
            }
        );

        var unit = rendering.Text("openclaw-a.service");
        unit.Split('\n').ShouldNotContain(line => line.StartsWith("ExecStartPre", StringComparison.Ordinal));
        unit.ShouldContain("Description=OpenClaw gateway of the group a (x) ExecStartPre=/bin/evil # 100%%H)\n");
    }

    [Fact]
    public void A_dollar_in_a_name_is_no_variable_of_compose()
    {
        rendering.Render(
            """{ name: "d", isolation: "container", agents: { list: [ { id: "a", name: "$(id) $${HOME}, he said \"hi\"" } ] } }"""
        );

        var environment = rendering.Service("a")["environment"];
        environment["AGENT_NAMES"].ToString().ShouldBe("$$(id) $${HOME}, he said \"hi\"");
        environment["AGENT_NAMES_JSON"].ToString().ShouldNotContain("\\u");
        rendering.Config("a")["agents"]!["entries"]!["a"]!["name"]!.ToString().ShouldBe("$(id) $${HOME}, he said \"hi\"");
        rendering.Text("a/keys.env").ShouldNotContain("HOME");
    }

    [Fact]
    public void Only_accounts_of_the_groups_own_agents_and_bindings_to_accounts_that_are_there()
    {
        rendering.Render(
            """
            { name: "c", agents: { list: [ { id: "bart", default: true, isolationGroup: "g" }, { id: "lisa", isolationGroup: "g" }, { id: "abe" } ] },
              channels: {
                telegram: { accounts: { bart: { botToken: "${BART_TOKEN}" }, abe: { botToken: "2:b" } } },
                discord: { accounts: { abe: { token: "d" } } } },
              bindings: [
                { agentId: "bart", match: { channel: "telegram", accountId: "bart" } },
                { agentId: "lisa", match: { channel: "telegram", accountId: "lisa" } },
                { agentId: "abe", match: { channel: "telegram", accountId: "abe" } },
                { agentId: "abe", match: { channel: "discord", accountId: "abe" } } ] }
            """
        );

        var mine = rendering.Config("g");
        mine["channels"]!.AsObject().Select(c => c.Key).ShouldBe(["telegram"]);
        mine["channels"]!["telegram"]!["accounts"]!.AsObject().Select(a => a.Key).ShouldBe(["bart"]);
        mine["bindings"]!.AsArray().Select(b => b!["agentId"]!.ToString()).ShouldBe(["bart"]);
        mine["agents"]!["ownership"]!.ToString().ShouldBe("explicit");
        mine["agents"]!["defaults"]!["systemAgent"]!["agentId"]!.ToString().ShouldBe("bart");
        var others = rendering.Config("abe");
        others["channels"]!["telegram"]!["accounts"]!.AsObject().Select(a => a.Key).ShouldBe(["abe"]);
        others["bindings"]!.AsArray().Count.ShouldBe(2);
        rendering.Text("abe/openclaw.session.json").ShouldNotContain("BART_TOKEN");
        rendering.Text("g/keys.env").ShouldContain("# BART_TOKEN=\n");
    }

    [Fact]
    public void A_group_is_asked_for_the_keys_of_its_own_models_alone()
    {
        rendering.Render(
            """{ name: "k", agents: { list: [ { id: "a", model: "openai/x" }, { id: "b", model: "google/y" }, { id: "c", model: "bare" } ] } }"""
        );

        rendering.Text("a/keys.env").Split('\n').Skip(1).ShouldBe(["# OPENAI_API_KEY=", ""]);
        rendering.Text("b/keys.env").Split('\n').Skip(1).ShouldBe(["# GEMINI_API_KEY=", ""]);
        rendering.Text("c/keys.env").Split('\n').Skip(1).ShouldBe([""]);
        rendering.Text("a/group.env").ShouldNotContain("STATE_DIR");
    }

    [Fact]
    public void The_older_parser_s_names_become_lower_case_ids()
    {
        rendering.Render(
            """{ "name": "old", "isolation": "container", "agents": ["ChatGPT", { "agent": "x", "isolationGroup": "Team" }] }"""
        );

        rendering.Service("chatgpt")["container_name"].ToString().ShouldBe("openclaw-chatgpt");
        rendering.Service("team")["container_name"].ToString().ShouldBe("openclaw-team");
        rendering.Config("chatgpt")["agents"]!["entries"]!["chatgpt"]!["name"]!.ToString().ShouldBe("ChatGPT");
    }

    [Theory]
    [InlineData("none", true, false)]
    [InlineData("internal", true, true)]
    [InlineData("proxy", true, true)]
    [InlineData("host", false, false)]
    public void A_unit_has_the_network_that_was_asked_for(string network, bool own, bool door)
    {
        rendering.Render($$"""{ name: "n", network: "{{network}}", agents: { list: [ { id: "a" } ] } }""");

        rendering.Text("openclaw-a.service").Contains("\nPrivateNetwork=yes\n", StringComparison.Ordinal).ShouldBe(own);
        rendering.Text("openclaw-a.service").Contains("\nIPAddressDeny=any\n", StringComparison.Ordinal).ShouldBe(own);
        rendering.Has("openclaw-a.socket").ShouldBe(door);
        if (door)
        {
            rendering.Text("openclaw-a.door.service").ShouldContain("JoinsNamespaceOf=openclaw-a.service\n");
            rendering.Text("openclaw-a.socket").ShouldContain("ListenStream=127.0.0.1:18");
        }
    }

    [Theory]
    [InlineData("openclaw", "openclaw", 1000)]
    [InlineData("1234:99", null, 1234)]
    public void Users_are_a_name_for_units_or_numbers_for_containers(string written, string? name, int uid)
    {
        var (user, container) = RenderCommand.Users(written, new CellUser(0, 0));
        user.ShouldBe(name);
        container.Uid.ShouldBe(uid);
    }

    [Theory]
    [InlineData("root")]
    [InlineData("0:0")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("x\ny")]
    public void Nobody_runs_an_agent_as_root_or_as_no_user(string written) =>
        Should.Throw<UsageException>(() => RenderCommand.Users(written, new CellUser(0, 0)));

    [Fact]
    public void Without_root_containers_run_as_who_rendered() =>
        RenderCommand.Users(null, new CellUser(501, 20)).Container.ShouldBe(new CellUser(501, 20));

    [Fact]
    public void Each_unit_has_a_user_of_its_own_whatever_its_groups_name_is()
    {
        var ids = (string[])["bart", new('a', 64), new string('a', 63) + "b"];
        rendering.Render(
            $$"""{ name: "u", agents: { list: [ {{string.Join(", ", ids.Select(id => $"{{ id: '{id}' }}"))}} ] } }"""
        );

        var users = ids.Select(id => rendering.Text($"openclaw-{id}.service").Split('\n').Single(l => l.StartsWith("User="))[5..])
            .ToList();
        users[0].ShouldBe("openclaw-bart");
        users.ShouldBeUnique();
        users.ShouldAllBe(user => user.Length <= 31);
        var made = rendering.Text("openclaw-users.conf").Split('\n').Where(l => l.StartsWith("u ")).Select(l => l.Split(' ')[1]);
        made.ShouldBe(users, ignoreOrder: true);
        rendering.Text("openclaw-bart.service").ShouldNotContain("DynamicUser");
        rendering.Render(Rendering.Two, new RenderOptions { User = "bot" });
        rendering.Has("openclaw-users.conf").ShouldBeFalse();
        rendering.Text("openclaw-bart.service").ShouldContain("\nUser=bot\n");
    }

    [Fact]
    public void A_host_network_is_told_of() =>
        rendering
            .Render(Rendering.Two, new RenderOptions { InsteadOfProxy = NetworkMode.Host })
            .Notes.ShouldContain(n => n.Contains("bart shares the host's network", StringComparison.Ordinal));
}
