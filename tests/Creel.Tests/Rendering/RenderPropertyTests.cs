using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Creel.Adapters.Compose;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.Systemd;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Rendering;
using Creel.Core.Rendering.Contract;
using Creel.Roots;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Rendering;

/// <summary>Whatever goes in: a clear refusal, or files whose fields read back equal.</summary>
public class RenderPropertyTests
{
    private static readonly string[] Nasty =
    [
        "",
        " ",
        "\n",
        "\r\n",
        "\t",
        "\"",
        "'",
        "\\",
        ": ",
        " #",
        "- ",
        "%H",
        "%%",
        "$(id)",
        "${HOME}",
        "`id`",
        ",",
        "..",
        "/",
        "{",
        "}",
        "[",
        "&a",
        "*a",
        "!!x",
        "|",
        ">",
        "@",
        "null",
        "yes",
        "~",
        "1e3",
        "0x1F",
        "12:30:45",
        "2001-01-01",
        ".inf",
        "<<",
        "---",
        "...",
        "\u0085",
        "\u2028",
        "\ufeff",
        "\u0000",
        "\u001b[31m",
        "Zoë 🤖",
        "日本語",
    ];

    /// <summary>Text as a variable or a file can hold it: well-formed, with what is known to break formats more often.</summary>
    private static Gen<string> Text { get; } =
        Gen.OneOf(
                Gen.Elements(Nasty),
                Gen.Choose(0x20, 0x7e).Select(c => ((char)c).ToString()),
                Gen.Choose(0, 0x10ffff).Where(c => c is < 0xd800 or > 0xdfff).Select(char.ConvertFromUtf32)
            )
            .ListOf()
            .Select(parts => string.Concat(parts));

    private static Gen<(string A, string B, string C)> Three { get; } =
        Text.SelectMany(a => Text.SelectMany(b => Text.Select(c => (a, b, c))));

    [Fact]
    public void Session_configurations_and_compose_files_read_back_what_was_put_in() =>
        Holds(
            Three,
            three =>
            {
                var (name, model, path) = three;
                foreach (var target in Enum.GetValues<RenderTarget>())
                {
                    var habitat = Habitat(name, model, [new SharedPath($"/srv/{path}", true)]);
                    var options = new RenderOptions { Target = target, Image = $"i{path}" };
                    var design = RenderDesign.Of(habitat, options, PortTable.Empty, _ => true);
                    if (Refuses(() => RenderFiles.Of(design, options, "/out", _ => "token")) is not { } files)
                    {
                        path.ShouldContain(c => char.IsControl(c));
                        continue;
                    }

                    var json = JsonNode.Parse(files.Single(f => f.Path == "g/openclaw.session.json").Text)!;
                    Read(json["agents"]!["entries"]!["a"]!["name"]!).ShouldBe(name);
                    Read(json["agents"]!["entries"]!["a"]!["model"]!).ShouldBe(model);
                    if (target == RenderTarget.Compose)
                    {
                        CheckCompose(files.Single(f => f.Path == "docker-compose.yaml").Text, name, path);
                    }
                    else
                    {
                        CheckUnit(files.Single(f => f.Path == "openclaw-g.service").Text, $"/srv/{path}");
                    }
                }
            }
        );

    [Fact]
    public void The_older_session_files_are_right_or_refused() =>
        Holds(
            Three,
            three =>
            {
                var variables = Contract("session", three);
                if (
                    Refuses(() => (ContractOutcome.Write)ContractPlan.Of(ContractGenerator.Session, variables)) is not { } outcome
                )
                {
                    return;
                }

                var group = outcome.Groups.Single();
                var agent = JsonNode.Parse(ContractSession.File(variables, group).Text)!["agents"]!["list"]![0]!;
                agent["name"]!.GetValue<string>().ShouldBe(three.A);
                agent["model"]!.GetValue<string>().ShouldBe(three.B);
                var unit = ContractUnit.File(variables, group, "/out").Text.TrimEnd('\n').Split('\n');
                unit.Length.ShouldBe(19);
                unit[1].ShouldStartWith("Description=OpenClaw Session - g (");
            }
        );

    [Fact]
    public void The_older_compose_file_is_right_or_refused() =>
        Holds(
            Three,
            three =>
            {
                var variables = Contract("container", three);
                var group = ((ContractOutcome.Write)ContractPlan.Of(ContractGenerator.Container, variables)).Groups.Single();
                if (Refuses(() => ContractCompose.File(variables, [group])) is not { } file)
                {
                    return;
                }

                var service = Rendering.Yaml(file.Text)["services"]["g"];
                service["environment"][0].ToString().ShouldBe($"AGENT_NAMES={three.A}");
                service["network_mode"].ToString().ShouldBe(three.B.Length > 0 ? three.B : "host");
                if (three.C.Length > 0)
                {
                    service["mem_limit"].ToString().ShouldBe(three.C);
                }
            }
        );

    [Fact]
    public void A_group_of_the_older_lists_is_one_plain_name_or_refused() =>
        Holds(
            Text,
            text =>
            {
                var variables = Contract("session", ("a", "m", "")) with { Groups = text };
                if (Refuses(() => ContractPlan.Of(ContractGenerator.Session, variables)) is not ContractOutcome.Write write)
                {
                    return;
                }

                write.Groups.ShouldAllBe(g => Path.GetFileName(g.Name) == g.Name && g.Name != ".." && !g.Name.Contains(' '));
            }
        );

    /// <summary>As OpenClaw reads it: <c>$${NAME}</c> is the text <c>${NAME}</c>.</summary>
    private static string Read(JsonNode node) => Regex.Replace(node.GetValue<string>(), @"\$(\$\{[A-Z_][A-Z0-9_]*\})", "$1");

    private static void CheckCompose(string text, string name, string path)
    {
        var service = Rendering.Yaml(text)["services"]["openclaw-g"];
        var names = service["environment"]["AGENT_NAMES_JSON"].ToString().Replace("$$", "$", StringComparison.Ordinal);
        JsonNode.Parse(names)![0]!.GetValue<string>().ShouldBe(name);
        service["environment"]["AGENT_NAMES"].ToString().Replace("$$", "$", StringComparison.Ordinal).ShouldBe(name);
        service["volumes"][2]["source"].ToString().Replace("$$", "$", StringComparison.Ordinal).ShouldBe($"/srv/{path}");
        service["image"].ToString().Replace("$$", "$", StringComparison.Ordinal).ShouldBe($"i{path}");
    }

    private static void CheckUnit(string text, string path)
    {
        var lines = text.Split('\n');
        lines.ShouldAllBe(line => line.Length == 0 || line[0] == '[' || line[0] == '#' || line.Contains('='));
        var bound = lines.Single(line => line.StartsWith("BindPaths=", StringComparison.Ordinal))["BindPaths=".Length..];
        var unquoted = bound is ['"', .. var inner, '"']
            ? inner.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            : bound;
        unquoted.Replace("%%", "%", StringComparison.Ordinal).ShouldBe(path);
    }

    private static HabitatModel Habitat(string name, string model, IReadOnlyList<SharedPath> shared) =>
        new()
        {
            Name = name,
            SharedPaths = shared,
            Agents =
            [
                new AgentModel
                {
                    Id = AgentId.Parse("a"),
                    Name = name,
                    Group = GroupId.Parse("g"),
                    Model = model,
                    Default = true,
                },
            ],
            Groups =
            [
                new AgentGroup
                {
                    Id = GroupId.Parse("g"),
                    Level = IsolationLevel.Session,
                    Network = NetworkMode.Internal,
                    Limits = ResourceLimits.Unlimited,
                    Agents = [AgentId.Parse("a")],
                },
            ],
        };

    private static ContractVariables Contract(string isolation, (string A, string B, string C) three) =>
        new()
        {
            Count = "1",
            Isolation = isolation,
            Groups = "g",
            Habitat = three.C,
            Agents = [new ContractAgent(1, three.A, three.B, "g", "", three.B, three.C, "")],
        };

    private static T? Refuses<T>(Func<T> make)
        where T : class
    {
        try
        {
            return make();
        }
        catch (CreelException refusal)
        {
            refusal.Fault.Message.ShouldNotBeEmpty();
            return null;
        }
    }

    private static void Holds<T>(Gen<T> values, Action<T> check) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(30),
            Prop.ForAll(
                values.ToArbitrary(),
                value =>
                {
                    check(value);
                    return true;
                }
            )
        );
}
