using Creel.Adapters.Systemd;
using Creel.Core;
using Creel.Core.Rendering;
using Creel.Core.Rendering.Contract;
using Creel.Roots;
using Creel.Tests.Cli;

namespace Creel.Tests.Rendering;

/// <summary>The verbs behind compat/generate-*.sh.</summary>
public sealed class GeneratorTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-generate-").FullName;

    private string Out => Path.Combine(folder, "out");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData("0", 0)]
    [InlineData("-1", 0)]
    [InlineData("abc", 0)]
    [InlineData(" 2 ", 0)]
    [InlineData("nan", 0)]
    [InlineData("0x", 0)]
    [InlineData("1,5", 0)]
    [InlineData("03", 3)]
    [InlineData("2.5", 2)]
    [InlineData("2.", 2)]
    [InlineData("1e1", 10)]
    [InlineData(".5e1", 5)]
    [InlineData("0x3", 3)]
    [InlineData(" 2", 2)]
    [InlineData("+2", 2)]
    public void A_count_is_what_seq_makes_of_it(string? text, int count) =>
        ContractVariables.Read(name => name == "AGENT_COUNT" ? text : null).Agents.Count.ShouldBe(count);

    [Theory]
    [InlineData("inf")]
    [InlineData("1e9")]
    public void A_count_without_an_end_is_refused(string text) =>
        Should.Throw<CreelException>(() => ContractVariables.Read(name => name == "AGENT_COUNT" ? text : null));

    [Fact]
    public void A_count_that_is_missing_is_named_whatever_the_mode_is() =>
        Should
            .Throw<CreelException>(() => ContractPlan.Of(ContractGenerator.Session, new ContractVariables { Isolation = "none" }))
            .Fault.Message.ShouldContain("AGENT_COUNT");

    [Theory]
    [InlineData("session", "ISOLATION_GROUPS", "../evil")]
    [InlineData("session", "ISOLATION_GROUPS", "a/b")]
    [InlineData("session", "ISOLATION_GROUPS", "..")]
    [InlineData("session", "ISOLATION_GROUPS", "my group")]
    [InlineData("session", "ISOLATION_GROUPS", " ")]
    [InlineData("session", "ISOLATION_GROUPS", "*")]
    [InlineData("session", "ISOLATION_GROUPS", "a\tb")]
    [InlineData("session", "ISOLATION_GROUPS", "a, b")]
    [InlineData("session", "ISOLATION_GROUPS", "a,a")]
    [InlineData("session", "ISOLATION_GROUPS", ",")]
    [InlineData("session", "AGENT1_NAME", "He said \"hi\"")]
    [InlineData("session", "AGENT1_NAME", "back\\slash")]
    [InlineData("session", "AGENT1_NAME", "two\nlines")]
    [InlineData("session", "AGENT1_MODEL", "m\",\"evil\":\"1")]
    [InlineData("session", "USERNAME", "bot\nExecStartPre=/bin/evil")]
    [InlineData("session", "USERNAME", "../x")]
    [InlineData("container", "ISOLATION_GROUPS", "../evil")]
    [InlineData("container", "ISOLATION_GROUPS", "a,a")]
    [InlineData("container", "ISOLATION_GROUPS", "yes")]
    [InlineData("container", "ISOLATION_GROUPS", "123")]
    [InlineData("container", "ISOLATION_GROUPS", "null")]
    [InlineData("container", "AGENT1_NAME", "two\nlines")]
    [InlineData("container", "AGENT1_NAME", "key: value # c")]
    [InlineData("container", "AGENT1_NAME", "ends:")]
    [InlineData("container", "AGENT1_NETWORK", "a: b")]
    [InlineData("container", "AGENT1_RESOURCES_MEMORY", "1g\n    privileged: true")]
    [InlineData("container", "CONTAINER_IMAGE", "x\n    privileged: true")]
    [InlineData("container", "ISOLATION_SHARED_PATHS", ",/leading")]
    public async Task What_broke_the_old_files_exits_1_and_writes_nothing(string mode, string name, string value)
    {
        var variables = Variables(mode, (name, value));
        if (name == "ISOLATION_GROUPS")
        {
            variables["AGENT1_ISOLATION_GROUP"] = value == "," ? "" : value.Split(',')[0];
        }

        var run = await RunAsync(mode, variables);

        run.ExitCode.ShouldBe(1, run.ToString());
        run.Error.ShouldNotBeEmpty();
        Directory.Exists(Out).ShouldBeFalse();
    }

    [Fact]
    public async Task What_it_exposes_is_said_on_standard_error_and_the_old_sentences_on_standard_output()
    {
        var run = await RunAsync("session", Variables("session"));

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe(
            $"""
            Generating session services for 1 group(s)...
              [g] port=18790 agents=1 → openclaw-g.service
            DRY_RUN mode — services written to {Out}
            Generated 1 session service(s) for habitat 'default'

            """
        );
        run.Error.ShouldContain("session-g");
        run.Error.ShouldContain("CREEL_PROFILE=hardened");
        File.GetUnixFileMode(Path.Combine(Out, "g/openclaw.session.json")).ShouldBe(OutputFile.Open);
    }

    [Theory]
    [InlineData("session", "g/gateway-token.txt")]
    [InlineData("container", "docker-compose.yaml")]
    public async Task The_hardened_profile_writes_what_render_does(string mode, string file)
    {
        var variables = Variables(
            mode,
            ("CREEL_PROFILE", "hardened"),
            ("AGENT1_NAME", "He said \"hi\""),
            ("ISOLATION_GROUPS", " g,g,ghost"),
            ("AGENT1_NETWORK", "internal")
        );

        var run = await RunAsync(mode, variables);

        run.ExitCode.ShouldBe(0, run.ToString());
        File.Exists(Path.Combine(Out, file)).ShouldBeTrue();
        File.Exists(Path.Combine(Out, RenderManifest.FileName)).ShouldBeTrue();
        run.Error.ShouldContain("each is taken once");
        run.Error.ShouldContain("names ghost");
    }

    [Theory]
    [InlineData("AGENT_COUNT", "abc")]
    [InlineData("AGENT_COUNT", "")]
    [InlineData("AGENT1_NETWORK", "container:evil")]
    [InlineData("AGENT1_ISOLATION", "Container")]
    [InlineData("AGENT1_RESOURCES_MEMORY", "lots")]
    [InlineData("ISOLATION_SHARED_PATHS", "/etc")]
    [InlineData("ISOLATION_SHARED_PATHS", "/srv/../etc")]
    [InlineData("USERNAME", "root")]
    [InlineData("CREEL_PROFILE", "hard")]
    public async Task The_hardened_profile_refuses_what_the_old_one_guessed(string name, string value)
    {
        var run = await RunAsync("container", Variables("container", ("CREEL_PROFILE", "hardened"), (name, value)));

        run.ExitCode.ShouldBeOneOf(1, 64);
        Directory.Exists(Out).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_DRY_RUN_units_are_copied_enabled_and_started_and_compose_is_brought_up()
    {
        var calls = new List<string>();
        var contract = ContractFiles.Parts with
        {
            StartUnits = (path, files, _, _) =>
            {
                calls.Add($"units {path} {string.Join(' ', files.Select(f => f.Path))}");
                return Task.CompletedTask;
            },
            StartCompose = (path, _) =>
            {
                calls.Add($"compose {path}");
                return Task.CompletedTask;
            },
        };
        foreach (var mode in (string[])["session", "container"])
        {
            var variables = Variables(mode);
            variables.Remove("DRY_RUN");
            var run = await new CliRun.Setting
            {
                Home = "/nowhere",
                Variables = variables,
                Contract = contract,
            }.RunAsync("compat", Verb(mode));
            run.ExitCode.ShouldBe(0, run.ToString());
        }

        calls.ShouldBe([$"units {Out} openclaw-g.service g/openclaw.session.json", $"compose {Out}"]);
    }

    [Fact]
    public async Task Systemctl_is_told_to_reload_enable_and_start()
    {
        var log = Path.Combine(folder, "log");
        var program = Path.Combine(folder, "systemctl");
        await File.WriteAllTextAsync(
            program,
            $"#!/bin/sh\necho \"$@\" >>{log}\n[ \"$1\" != start ] || [ \"$2\" != b.service ]\n"
        );
        File.SetUnixFileMode(program, OutputFile.Open | UnixFileMode.UserExecute);
        var units = Path.Combine(folder, "units");
        OutputFile Unit(string name) =>
            new(name, "[Service]\nExecStart=/bin/true\n\n[Install]\nWantedBy=x.target\n", OutputFile.Open);
        var start = new UnitStart(units, program);

        await start.RunAsync(folder, [Unit("a.service"), Unit("c.service")], ["c.service"], CancellationToken.None);

        (await File.ReadAllLinesAsync(log)).ShouldBe([
            "daemon-reload",
            "enable a.service",
            "start a.service",
            "enable c.service",
            "restart c.service",
        ]);
        File.Exists(Path.Combine(units, "a.service")).ShouldBeTrue();
        var failed = await Should.ThrowAsync<CreelException>(() =>
            start.RunAsync(units, [Unit("b.service")], [], CancellationToken.None)
        );
        failed.Fault.Message.ShouldContain("start b.service");
    }

    [Fact]
    public void An_older_habitat_goes_through_the_older_parser()
    {
        const string Old = """
            { "name": "Old", "platform": "both", "isolation": "container", "sharedPaths": ["/clawd/shared"],
              "agents": [ "Claude", { "agent": "Chat GPT", "network": "internal", "resources": { "memory": "512Mi" } } ] }
            """;

        var variables = ContractHabitat.Of(
            new Creel.Core.Habitats.HabitatSource("habitat.json", Old),
            ContractGenerator.Container,
            model: null
        );

        variables.Groups.ShouldBe("Chat-GPT,Claude");
        variables.Platform.ShouldBe("both");
        variables
            .Agents.Select(a => (a.Name, a.Group, a.Network, a.Memory))
            .ShouldBe([("Claude", "Claude", "host", ""), ("Chat GPT", "Chat-GPT", "internal", "512Mi")]);
        variables.SharedPaths.ShouldBe("/clawd/shared");
    }

    [Fact]
    public void A_habitat_of_today_says_the_same_in_the_old_variables()
    {
        var habitat = Rendering.Habitat(
            """{ name: "now", agents: { list: [ { id: "a", model: "x/y" }, { id: "b", isolation: "container", resources: { memory: "1g" } } ] } }"""
        );

        var variables = ContractHabitat.Of(new("h.json5", "{ agents: { } }"), ContractGenerator.Session, habitat);

        variables
            .Agents.Select(a => (a.Name, a.Model, a.Group, a.Isolation, a.Memory))
            .ShouldBe([("a", "x/y", "a", "session", ""), ("b", ContractVariables.DefaultModel, "b", "container", "1073741824")]);
        var outcome = ContractPlan.Of(ContractGenerator.Session, variables).ShouldBeOfType<ContractOutcome.Write>();
        outcome.Groups.Select(g => (g.Name, g.Port)).ShouldBe([("a", 18790)]);
    }

    private Dictionary<string, string> Variables(string mode, params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>
        {
            ["AGENT_COUNT"] = "1",
            ["ISOLATION_DEFAULT"] = mode,
            ["ISOLATION_GROUPS"] = "g",
            ["AGENT1_NAME"] = "a",
            ["AGENT1_ISOLATION_GROUP"] = "g",
            ["DRY_RUN"] = "1",
            ["SESSION_OUTPUT_DIR"] = Out,
            ["COMPOSE_OUTPUT_DIR"] = Out,
        };
        foreach (var (name, value) in more)
        {
            variables[name] = value;
        }

        return variables;
    }

    private static string Verb(string mode) => mode == "session" ? "generate-session-services" : "generate-docker-compose";

    private static Task<CliRun> RunAsync(string mode, Dictionary<string, string> variables) =>
        new CliRun.Setting { Home = "/nowhere", Variables = variables }.RunAsync("compat", Verb(mode));
}
