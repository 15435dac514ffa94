using Creel.Core.Habitats;
using Creel.Core.Habitats.Legacy;
using Creel.Core.Isolation;

namespace Creel.Tests.Habitats;

public class LegacyHabitatTests
{
    [Fact]
    public void An_older_habitat_becomes_the_same_model()
    {
        var reading = Habitat.Read(
            """
            { "name": "Old", "platform": "both", "isolation": "container", "sharedPaths": ["/clawd/shared"], "bgColor": "2D3748",
              "platforms": { "telegram": { "ownerId": "7" }, "discord": { "serverId": "9", "ownerId": "8" } },
              "agents": [
                "Claude",
                { "agent": "Chat GPT", "model": "openai/x", "network": "isolated", "resources": { "memory": "512Mi", "cpu": 2 }, "tokens": { "telegram": "t0k" } },
                { "agent": "A", "isolationGroup": "Team", "network": "none", "resources": { "memory": null } },
                { "agent": "B", "isolationGroup": "Team", "discordBotToken": "d0k" } ] }
            """
        );
        reading.Format.ShouldBe(HabitatFormat.Legacy);
        var habitat = reading.Required();
        habitat
            .Agents.Select(a => (a.Id.Value, a.Name, a.Group.Value, a.Model))
            .ShouldBe([
                ("claude", "Claude", "claude", "anthropic/claude-opus-4-5"),
                ("chat-gpt", "Chat GPT", "chat-gpt", "openai/x"),
                ("a", "A", "team", "anthropic/claude-opus-4-5"),
                ("b", "B", "team", "anthropic/claude-opus-4-5"),
            ]);
        habitat
            .Groups.Select(g => (g.Id.Value, g.Level, g.Network))
            .ShouldBe([
                ("chat-gpt", IsolationLevel.Container, NetworkMode.Internal),
                ("claude", IsolationLevel.Container, NetworkMode.Proxy),
                ("team", IsolationLevel.Container, NetworkMode.None),
            ]);
        habitat.Groups[0].Limits.Memory.ShouldBe(new Limit(536_870_912, true));
        habitat.Groups[0].Limits.Cpu.ShouldBe(new Limit(2, true));
        habitat
            .Sections["channels"]
            .ShouldContain("\"chat-gpt\":{\"botToken\":\"t0k\",\"dmPolicy\":\"allowlist\",\"allowFrom\":[\"7\"]}");
        habitat
            .Sections["bindings"]
            .ShouldBe(
                """[{"agentId":"chat-gpt","match":{"channel":"telegram","accountId":"chat-gpt"}},{"agentId":"b","match":{"channel":"discord","accountId":"b"}}]"""
            );
        reading.Problems.Select(p => p.Path).ShouldBe(["bgColor", "agents[3].discordBotToken"]);
        HabitatJson.Write(habitat).ShouldNotContain("t0k");
    }

    [Theory]
    [InlineData("""{"name":"T","agents":["A"],"isolation":"bogus"}""", "isolation: 'bogus' is no isolation level")]
    [InlineData(
        """{"name":"T","agents":[{"agent":"A","isolation":"Session"}]}""",
        "agents[0].isolation: 'Session' is no isolation level"
    )]
    [InlineData("""{"name":"T","agents":[{"agent":"A","network":"lan"}]}""", "agents[0].network: 'lan' is no network")]
    [InlineData("""{"agents":["A"]}""", "'name' is required in this format")]
    [InlineData("""{"name":"T","agents":null,"platform":"telegram"}""", "agents: can't be null: write [] for none")]
    [InlineData("""{"name":"T","agents":["a b","a.b"]}""", "both become the id 'a-b'")]
    [InlineData(
        """{"name":"T","agents":[{"agent":"A","isolationGroup":"Team"},{"agent":"B","isolationGroup":"team"}]}""",
        "would become one"
    )]
    [InlineData("""{"name":"T","agents":["Team",{"agent":"B","isolationGroup":"team"}]}""", "would become one")]
    [InlineData(
        """{"name":"T","agents":[{"agent":"A","isolationGroup":"../x"}]}""",
        "'../x' is not a group, which is letters, digits and '-'"
    )]
    [InlineData("""{"name":"T","agents":[{"agent":"A","isolationGroup":"x\n"}]}""", "is not a group")]
    [InlineData(
        """{"name":"T","agents":[{"agent":"A","isolationGroup":"g","network":"none"},{"agent":"B","isolationGroup":"g","network":"internal"}]}""",
        "but ask for network 'internal' and 'none'"
    )]
    [InlineData(
        """{"name":"T","isolation":"session","agents":[{"agent":"A","isolationGroup":"g"},{"agent":"B","isolationGroup":"g","isolation":"container"}]}""",
        "but ask for isolation 'container' and 'session'"
    )]
    [InlineData("""{"name":"T","agents":["A"],"sharedPaths":["/etc"]}""", "/etc belongs to the host")]
    [InlineData("""{"name":"T","agents":["A"],"platform":"slack"}""", "'slack' is none of: telegram, discord, both")]
    [InlineData("""{"name":"T","agents":["***"]}""", "gives no id")]
    [InlineData("""{"name":"T","agents":[{"agent":"A","resources":{"memory":"lots"}}]}""", "'lots' is no amount")]
    public void What_the_older_parser_guessed_is_an_error(string text, string error)
    {
        var errors = Habitat.Errors(text).ToList();
        errors.ShouldContain(e => e.Contains(error, StringComparison.Ordinal), string.Join('\n', errors));
    }

    [Fact]
    public void Leniently_the_guess_is_taken_with_a_warning()
    {
        const string Text = """
            {"name":"T","isolation":"session","agents":[
              {"agent":"A","isolation":"bogus","network":"lan"},
              {"agent":"B","isolationGroup":"my group"},
              {"agent":"C","isolationGroup":"g","network":"none"},{"agent":"D","isolationGroup":"g","network":"internal"}]}
            """;
        Habitat.Errors(Text).Count().ShouldBe(4);
        var groups = Habitat.Model(Text, lenient: true).Groups;
        groups
            .Select(g => (g.Id.Value, g.Level, g.Network))
            .ShouldBe([
                ("a", IsolationLevel.Session, NetworkMode.Host),
                ("b", IsolationLevel.Session, NetworkMode.Proxy),
                ("g", IsolationLevel.Session, NetworkMode.None),
            ]);
        Habitat.Warnings(Text, lenient: true).Count(w => w.Contains("--lenient", StringComparison.Ordinal)).ShouldBe(4);
    }

    [Fact]
    public void Variables_make_a_habitat_too()
    {
        var reading = Environment(
            ("AGENT_COUNT", "2"),
            ("HABITAT_NAME", "Env"),
            ("ISOLATION_DEFAULT", "session"),
            ("ISOLATION_SHARED_PATHS", "/srv/a,/srv/b"),
            ("AGENT1_NAME", "Homer J"),
            ("AGENT1_NETWORK", "host"),
            ("AGENT1_ISOLATION_GROUP", "Homer-J"),
            ("AGENT1_MODEL", "a/b"),
            ("AGENT2_ISOLATION", "container"),
            ("AGENT2_NETWORK", "internal"),
            ("AGENT2_RESOURCES_MEMORY", "1g"),
            ("AGENT2_BOT_TOKEN", "t")
        );
        var habitat = reading.Required();
        reading.Format.ShouldBe(HabitatFormat.Environment);
        habitat
            .Agents.Select(a => (a.Id.Value, a.Name, a.Group.Value))
            .ShouldBe([("homer-j", "Homer J", "homer-j"), ("agent2", "Agent2", "agent2")]);
        habitat
            .Groups.Select(g => (g.Level, g.Network))
            .ShouldBe([(IsolationLevel.Container, NetworkMode.Internal), (IsolationLevel.Session, NetworkMode.Proxy)]);
        habitat.SharedPaths.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("", "h.env:1:1 AGENT_COUNT: is missing or empty: set it to the number of agents")]
    [InlineData("0", "h.env:1:1 AGENT_COUNT: '0' is not a positive integer up to 10000")]
    [InlineData("many", "h.env:1:1 AGENT_COUNT: 'many' is not a positive integer up to 10000")]
    [InlineData("2.5", "h.env:1:1 AGENT_COUNT: '2.5' is not a positive integer up to 10000")]
    [InlineData(" 2", "h.env:1:1 AGENT_COUNT: ' 2' is not a positive integer up to 10000")]
    [InlineData("99999999999", "h.env:1:1 AGENT_COUNT: '99999999999' is not a positive integer up to 10000")]
    public void A_count_that_is_none_is_an_error(string count, string error) =>
        Environment(("AGENT_COUNT", count)).Problems.Single().ToString().ShouldBe(error);

    [Fact]
    public void A_wrong_variable_is_named() =>
        Environment(("AGENT_COUNT", "1"), ("AGENT1_ISOLATION", "jail"))
            .Problems.Single()
            .ToString()
            .ShouldBe("h.env:2:1 AGENT1_ISOLATION: 'jail' is no isolation level; it is one of: none, session, container, vm");

    [Theory]
    [InlineData("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)")]
    [InlineData("", "Expecting value: line 1 column 1 (char 0)")]
    [InlineData("{\"a\":1,}", "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)")]
    [InlineData("[1,\n]", "Expecting value: line 2 column 1 (char 4)")]
    [InlineData("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)")]
    [InlineData("{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)")]
    [InlineData("{} x", "Extra data: line 1 column 4 (char 3)")]
    [InlineData("\"😀\n\"", "Invalid control character at: line 1 column 3 (char 2)")]
    [InlineData("\"abc", "Unterminated string starting at: line 1 column 1 (char 0)")]
    [InlineData("\"\\q\"", "Invalid \\escape: line 1 column 2 (char 1)")]
    [InlineData("\"\\u12\"", "Invalid \\uXXXX escape: line 1 column 3 (char 2)")]
    [InlineData("01", "Extra data: line 1 column 2 (char 1)")]
    public void The_older_parser_speaks_as_its_python_did(string json, string message) =>
        LegacyHabitatParser
            .Parse(json, null, LegacyFlavor.V5)
            .Stderr.ShouldBe($"ERROR: Failed to parse HABITAT_B64: {message}\n");

    [Theory]
    [InlineData("1e3", "1000.0")]
    [InlineData("1e16", "1e+16")]
    [InlineData("1.5e-5", "1.5e-05")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    [InlineData("NaN", "nan")]
    [InlineData("1e400", "inf")]
    public void Numbers_are_printed_as_python_prints_them(string json, string printed) =>
        LegacyHabitatParser
            .Parse($"{{\"name\":\"T\",\"destructMinutes\":{json}}}", null, LegacyFlavor.V5)
            .Environment!.ShouldContain($"DESTRUCT_MINS=\"{printed}\"\n");

    [Fact]
    public void The_older_parser_without_a_habitat_says_so()
    {
        LegacyHabitatParser
            .ParseBase64(null, null, LegacyFlavor.Contract)
            .ShouldBe(new LegacyParse(1, "", "ERROR: HABITAT_B64 not set\n"));
        LegacyHabitatParser.ParseBase64("e30=", "!!", LegacyFlavor.Contract).Stderr.ShouldContain("'name' is required");
        LegacyHabitatParser.Parse("{\"name\":\"T\",\"council\":null}", null, LegacyFlavor.V5).ExitCode.ShouldBe(1);
    }

    [Fact]
    public void Variables_are_read_bare_quoted_and_exported_and_a_line_that_is_none_is_named()
    {
        var text = """
            # who is there
            export AGENT_COUNT=2
            AGENT1_NAME="Homer J"
            AGENT2_NAME='$(id)'
              AGENT2_MODEL=a/b
            2X=1
            AGENT1_MODEL="a/b
            AGENT2_MODEL=c/d
            """;

        var reading = HabitatReader.Read(new HabitatInput { Main = new HabitatSource("h.env", text) });

        reading
            .Problems.Select(p => p.ToString())
            .ShouldBe([
                "h.env:6:1: is no variable: write NAME=VALUE, with # before a remark",
                "h.env:7:1 AGENT1_MODEL: has a quote that does not end, or something behind it",
                "h.env:8:1 AGENT2_MODEL: is there twice; the first is at h.env:5:1",
            ]);
        reading.Model.ShouldBeNull();
        var whole = HabitatReader.Read(
            new HabitatInput { Main = new HabitatSource("h.env", string.Join('\n', text.Split('\n')[..5])) }
        );
        whole.Required().Agents.Select(a => a.Name).ShouldBe(["Homer J", "$(id)"]);
    }

    private static HabitatReading Environment(params (string Name, string Value)[] variables) =>
        HabitatReader.Read(
            new HabitatInput
            {
                Main = new HabitatSource("h.env", string.Concat(variables.Select(v => $"{v.Name}='{v.Value}'\n"))),
                Variables = new Dictionary<string, string>(),
            }
        );
}
