using System.Net;
using System.Net.Sockets;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Rendering;

namespace Creel.Tests.Rendering;

public sealed class RenderTests : IDisposable
{
    private const string One = """{ name: "two", agents: { list: [ { id: "lisa" } ] } }""";
    private const string Boxed =
        """{ name: "b", isolation: "container", network: "NET", agents: { list: [ { id: "bart" } ] } }""";

    private readonly Rendering rendering = new();

    public void Dispose() => rendering.Dispose();

    [Theory]
    [InlineData("../evil", 18790)]
    [InlineData("bart", 22)]
    public void A_manifest_that_names_what_is_no_group_or_no_port_of_ours_is_none(string group, int port) =>
        Should
            .Throw<CreelException>(() =>
                RenderManifest.Read($$"""{ "version": 1, "ports": { "{{group}}": {{port}} }, "reserved": {}, "files": {} }""")
            )
            .Fault.Code.ShouldBe("render-manifest");

    [Fact]
    public void The_same_habitat_twice_gives_the_same_bytes()
    {
        rendering.Render(Rendering.Two);
        var first = rendering.All();

        var again = rendering.Render(Rendering.Two);

        again.Plan.IsNothing.ShouldBeTrue();
        rendering.All().ShouldBe(first, ignoreOrder: true);
    }

    [Fact]
    public void Ports_stay_when_groups_come_and_go()
    {
        var before = rendering.Render(Rendering.Two).Design.Ports.Used;

        rendering.Render(One).Design.Ports.Used["lisa"].ShouldBe(before["lisa"]);
        var other = """{ name: "two", agents: { list: [ { id: "abe" }, { id: "lisa" } ] } }""";
        var abe = rendering.Render(other).Design.Ports.Used;
        abe["lisa"].ShouldBe(before["lisa"]);
        abe["abe"].ShouldNotBe(before["bart"]);
        var back = rendering.Render(Rendering.Two).Design.Ports.Used;
        back.ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public void That_files_make_no_cell_ready_is_said() =>
        rendering
            .Render(
                """
                { name: "made", agents: { list: [{ id: "lisa", sandbox: { mode: "all", docker: { setupCommand: "make" } } }] } }
                """
            )
            .Design.Notes.ShouldContain(n => n.StartsWith("group lisa has docker.env or docker.setupCommand"));

    [RootFact]
    public void What_another_user_planted_in_the_place_of_a_secret_is_not_taken()
    {
        var folder = Path.Combine(rendering.Output, "lisa");
        foreach (var name in new[] { "gateway-token.txt", "keys.env" })
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, name), new string('a', 64));
            Creel.Adapters.Linux.Ownership.Give(Path.Combine(folder, name), new CellUser(65533, 65533));
            Should.Throw<CreelException>(() => rendering.Render(One)).Fault.Code.ShouldBe("output-stranger");
            File.Delete(Path.Combine(folder, name));
        }

        rendering.Render(One);
    }

    [Fact]
    public void A_port_that_somebody_listens_on_is_not_given()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var free = PortTable.Empty.For(["a"], Creel.Adapters.Linux.FreePort.Is).Used["a"];
        taken.Bind(new IPEndPoint(IPAddress.Loopback, free));
        taken.Listen();

        PortTable.Empty.For(["a"], Creel.Adapters.Linux.FreePort.Is).Used["a"].ShouldBeGreaterThan(free);
    }

    [Fact]
    public void When_no_port_is_left_reserved_ones_are_taken_and_then_it_is_told()
    {
        var all = Enumerable.Range(PortTable.First, PortTable.Last - PortTable.First + 1).ToList();
        var reserved = new Dictionary<string, int> { ["gone"] = all[5] };
        var used = all.Where(p => p != all[5]).ToDictionary(p => $"g{p}", p => p);
        var table = new PortTable(used, reserved).For([.. used.Keys, "new"], _ => true);

        table.Used["new"].ShouldBe(all[5]);
        table.Reserved.ShouldBeEmpty();
        Should
            .Throw<CreelException>(() => table.For([.. table.Used.Keys, "more"], _ => true))
            .Fault.Kind.ShouldBe(FaultKind.Conflict);
    }

    [Fact]
    public void A_token_is_made_once_for_its_owner_alone_and_rotated_when_asked()
    {
        rendering.Render(Rendering.Two);
        var token = rendering.Token("bart");
        token.Length.ShouldBe(64);
        token.ShouldNotBe(rendering.Token("lisa"));
        rendering.Mode("bart/gateway-token.txt").ShouldBe("600");
        rendering.Mode("bart/group.env").ShouldBe("600");
        rendering.Mode("bart/openclaw.session.json").ShouldBe("600");
        rendering.Text("bart/group.env").ShouldContain($"OPENCLAW_GATEWAY_TOKEN={token}\n");

        rendering.Rotate("bart").ShouldBe(["bart"]);

        rendering.Token("bart").ShouldNotBe(token);
        rendering.Text("bart/group.env").ShouldContain($"OPENCLAW_GATEWAY_TOKEN={rendering.Token("bart")}\n");
        rendering.Render(Rendering.Two).Plan.IsNothing.ShouldBeTrue();
        Should.Throw<CreelException>(() => rendering.Rotate("nobody")).Fault.Kind.ShouldBe(FaultKind.NotFound);
    }

    [Fact]
    public void A_token_that_others_could_read_is_closed_again()
    {
        rendering.Render(Rendering.Two);
        var token = rendering.Token("bart");
        File.SetUnixFileMode(Path.Combine(rendering.Output, "bart/gateway-token.txt"), OutputFile.Open);

        rendering.Render(Rendering.Two);

        rendering.Mode("bart/gateway-token.txt").ShouldBe("600");
        rendering.Token("bart").ShouldBe(token);
    }

    [Fact]
    public void Files_of_a_group_that_is_gone_go_and_what_somebody_changed_stays()
    {
        rendering.Render(Rendering.Two);
        File.AppendAllText(Path.Combine(rendering.Output, "bart/keys.env"), "ANTHROPIC_API_KEY=x\n");
        File.WriteAllText(Path.Combine(rendering.Output, "mine.service"), "not yours");

        var result = rendering.Render(One);

        rendering.Has("openclaw-bart.service").ShouldBeFalse();
        rendering.Has("bart/gateway-token.txt").ShouldBeFalse();
        rendering.Has("bart/keys.env").ShouldBeTrue();
        rendering.Has("mine.service").ShouldBeTrue();
        result.Plan.Changes.Single(c => c.Act == FileAct.Leave).Path.ShouldBe("bart/keys.env");
    }

    [Fact]
    public void Keys_that_somebody_wrote_are_kept()
    {
        rendering
            .Render(Rendering.Two)
            .Notes.ShouldContain(n => n.Contains("bart needs ANTHROPIC_API_KEY", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(rendering.Output, "bart/keys.env"), "ANTHROPIC_API_KEY=x\n");

        var result = rendering.Render(Rendering.Two);

        rendering.Text("bart/keys.env").ShouldBe("ANTHROPIC_API_KEY=x\n");
        result.Notes.ShouldNotContain(n => n.Contains("bart needs", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("openclaw-bart.service")]
    [InlineData("bart/openclaw.session.json")]
    public void A_file_that_somebody_changed_is_told_of_and_taken_over_only_when_asked(string path)
    {
        rendering.Render(Rendering.Two);
        var ours = rendering.Text(path);
        File.WriteAllText(Path.Combine(rendering.Output, path), "changed");

        Should.Throw<CreelException>(() => rendering.Render(Rendering.Two)).Fault.Code.ShouldBe("render-changed");
        rendering.Text(path).ShouldBe("changed");
        rendering.Render(Rendering.Two, overwrite: true);
        rendering.Text(path).ShouldBe(ours);
    }

    [Theory]
    [InlineData("openclaw-bart.service", false)]
    [InlineData("bart/openclaw.session.json", false)]
    [InlineData("bart", true)]
    [InlineData("creel-render.json", false)]
    public void A_link_in_the_folder_is_never_followed(string path, bool folder)
    {
        var outside = Path.Combine(rendering.Folder, "outside");
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, "file"), "untouched");
        var link = Path.Combine(rendering.Output, path);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, folder ? outside : Path.Combine(outside, "file"));

        Should.Throw<CreelException>(() => rendering.Render(Rendering.Two, overwrite: true)).Fault.Code.ShouldBe("symlink");

        Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName).ShouldBe(["file"]);
        File.ReadAllText(Path.Combine(outside, "file")).ShouldBe("untouched");
    }

    [Fact]
    public void A_kill_between_two_files_makes_no_strangers_of_them()
    {
        rendering.Render(Rendering.Two);
        var changed = Rendering.Two.Replace("\"two\"", "\"three\"", StringComparison.Ordinal);
        var plan = rendering.Render(changed, planOnly: true).Plan;

        // As a kill leaves it: the manifest knows both texts of each, and one of two files is written.
        var before = RenderManifest.Read(rendering.Text(RenderManifest.FileName));
        var both = plan.Manifest.Files.ToDictionary(f => f.Key, f => $"{before.Files[f.Key]} {f.Value}");
        File.WriteAllText(Path.Combine(rendering.Output, RenderManifest.FileName), (before with { Files = both }).Write());
        var unit = plan.Changes.First(c => c.Path == "openclaw-bart.service");
        File.WriteAllText(Path.Combine(rendering.Output, unit.Path), unit.After!.Text);

        rendering.Render(changed);

        rendering.Text("openclaw-lisa.service").ShouldContain("(three)");
        rendering.Render(changed).Plan.IsNothing.ShouldBeTrue();
    }

    [Fact]
    public void A_plan_writes_nothing()
    {
        rendering.Render(Rendering.Two, planOnly: true).Plan.Changes.ShouldAllBe(c => c.Act == FileAct.Add);

        Directory.Exists(rendering.Output).ShouldBeFalse();
    }

    [Fact]
    public void A_manifest_that_is_none_stops_it()
    {
        Directory.CreateDirectory(rendering.Output);
        File.WriteAllText(
            Path.Combine(rendering.Output, RenderManifest.FileName),
            """{ "version": 1, "ports": { "../x": 18790 } }"""
        );

        Should.Throw<CreelException>(() => rendering.Render(Rendering.Two)).Fault.Code.ShouldBe("render-manifest");
    }

    [Fact]
    public void A_manifest_that_names_a_file_outside_removes_nothing()
    {
        var victim = Path.Combine(rendering.Folder, "victim");
        File.WriteAllText(victim, "x");
        Directory.CreateDirectory(rendering.Output);
        File.WriteAllText(
            Path.Combine(rendering.Output, RenderManifest.FileName),
            $$"""{ "version": 1, "ports": {}, "reserved": {}, "files": { "../victim": "{{RenderManifest.Hash("x")}}" } }"""
        );

        Should.Throw<CreelException>(() => rendering.Render(Rendering.Two));

        File.Exists(victim).ShouldBeTrue();
    }

    [Fact]
    public void Two_at_once_in_one_folder_are_refused()
    {
        rendering.Render(Rendering.Two);
        using var held = Creel.Adapters.Linux.OutputFolder.Open(rendering.Output);
        held.Lock();

        Should.Throw<CreelException>(() => rendering.Render(Rendering.Two)).Fault.Kind.ShouldBe(FaultKind.Conflict);
    }

    [Theory]
    [InlineData("isolation: \"container\", network: \"bridge\", egress: [\"github.com:443\"]", "egress")]
    [InlineData("budget: { usd: 5, per: \"day\" }", "budget")]
    [InlineData("workspace: \"/srv/w\"", "--user")]
    [InlineData("network: \"bridge\"", "network bridge")]
    public void What_files_can_t_give_is_refused_and_never_given_weaker(string keys, string word)
    {
        var text = $$"""{ name: "r", agents: { list: [ { id: "bart", {{keys}} } ] } }""";

        var fault = Should.Throw<CreelException>(() => rendering.Render(text)).Fault;

        fault.Kind.ShouldBe(FaultKind.Refused);
        fault.Message.ShouldContain(word);
        Directory.Exists(Path.Combine(rendering.Output, "bart")).ShouldBeFalse();
    }

    [Fact]
    public void Each_group_goes_where_its_level_belongs_and_a_weaker_target_leaves_it_out()
    {
        const string Mixed = """
            { name: "m", agents: { list: [ { id: "bart" }, { id: "lisa", isolation: "container" }, { id: "abe", isolation: "none" } ] } }
            """;

        var both = rendering.Render(Mixed);

        both.Design.Groups.Select(g => (g.Id.Value, g.Target))
            .ShouldBe([("bart", RenderTarget.Systemd), ("lisa", RenderTarget.Compose)]);
        rendering.Has("openclaw-bart.service").ShouldBeTrue();
        rendering.Has("docker-compose.yaml").ShouldBeTrue();
        var units = rendering.Render(Mixed, new RenderOptions { Target = RenderTarget.Systemd });
        units.Design.Groups.Select(g => g.Id.Value).ShouldBe(["bart"]);
        units.Notes.ShouldContain(n => n.Contains("lisa asks for isolation container", StringComparison.Ordinal));
        rendering.Has("docker-compose.yaml").ShouldBeFalse();
        var boxes = rendering.Render(Mixed, new RenderOptions { Target = RenderTarget.Compose });
        boxes.Design.Groups.Select(g => g.Id.Value).ShouldBe(["bart", "lisa"]);
    }

    [Theory]
    [InlineData("internal", null)]
    [InlineData("proxy", null)]
    [InlineData("none", "none")]
    [InlineData("host", "host")]
    public void A_network_is_never_more_than_was_asked_for(string network, string? mode)
    {
        rendering.Render(Boxed.Replace("NET", network, StringComparison.Ordinal));

        var service = rendering.Service("bart").Children;
        service.TryGetValue("network_mode", out var found);
        found?.ToString().ShouldBe(mode);
        service.ContainsKey("ports").ShouldBeFalse();
        if (mode is null)
        {
            service["networks"][0].ToString().ShouldBe("openclaw-bart");
            Rendering
                .Yaml(rendering.Text("docker-compose.yaml"))["networks"]["openclaw-bart"]["internal"]
                .ToString()
                .ShouldBe("true");
        }
    }

    [Fact]
    public void What_has_no_way_out_is_reached_through_a_door_that_is_not_in_the_gateway()
    {
        var port = rendering.Render(Boxed.Replace("NET", "internal", StringComparison.Ordinal)).Design.Groups[0].Port;

        var door = rendering.Service("bart.door");
        door["ports"][0].ToString().ShouldBe($"127.0.0.1:{port}:{port}");
        door["networks"].ToString().ShouldBe("[ openclaw-bart, openclaw-bart.door ]");
        door.Children.ContainsKey("volumes").ShouldBeFalse();
        door.Children.ContainsKey("env_file").ShouldBeFalse();
        door["cap_drop"][0].ToString().ShouldBe("ALL");
        rendering.Service("bart")["networks"].ToString().ShouldBe("[ openclaw-bart ]");
        var networks = (YamlDotNet.RepresentationModel.YamlMappingNode)
            Rendering.Yaml(rendering.Text("docker-compose.yaml"))["networks"];
        ((YamlDotNet.RepresentationModel.YamlMappingNode)networks["openclaw-bart.door"])
            .Children.ContainsKey("internal")
            .ShouldBeFalse();
    }

    [Fact]
    public void A_bridge_publishes_its_port_on_loopback_alone()
    {
        var port = rendering.Render(Boxed.Replace("NET", "bridge", StringComparison.Ordinal)).Design.Groups[0].Port;

        rendering.Service("bart")["ports"][0].ToString().ShouldBe($"127.0.0.1:{port}:{port}");
        rendering.Config("bart")["gateway"]!["bind"]!.ToString().ShouldBe("lan");
        rendering.Config("bart")["gateway"]!["controlUi"]!["allowedOrigins"]![0]!.ToString().ShouldBe($"http://127.0.0.1:{port}");
    }
}
