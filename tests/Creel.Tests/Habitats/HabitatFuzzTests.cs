using Creel.Core.Habitats;
using Creel.Core.Habitats.Legacy;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Habitats;

/// <summary>Habitats that are nearly right, and values of the wrong kind in every place.</summary>
public class HabitatFuzzTests
{
    private static readonly Gen<string> Key = Gen.Elements(
        "name",
        "isolation",
        "network",
        "agents",
        "groups",
        "sharedPaths",
        "tools",
        "list",
        "defaults",
        "entries",
        "id",
        "agent",
        "isolationGroup",
        "driver",
        "egress",
        "budget",
        "prices",
        "bounds",
        "unpriced",
        "maxTokens",
        "openai",
        "input",
        "output",
        "usd",
        "per",
        "resources",
        "memory",
        "cpu",
        "pids",
        "model",
        "primary",
        "brain",
        "kind",
        "command",
        "workspace",
        "tasks",
        "timeout",
        "agentToAgent",
        "allow",
        "enabled",
        "$include",
        "tokens",
        "platforms",
        "telegram",
        "discord",
        "council",
        "default",
        "x"
    );

    private static readonly Gen<string> Scalar = Gen.Elements(
        "1",
        "-1",
        "0.5",
        "1e400",
        "Infinity",
        "null",
        "true",
        "''",
        "'a'",
        "'b'",
        "'A b'",
        "'session'",
        "'vm'",
        "'host'",
        "'isolated'",
        "'512m'",
        "'${NAME}'",
        "'$${X}'",
        "'${NOPE}'",
        "'/srv/x'",
        "'../x'",
        "'~/x'",
        "'f.json5'",
        "'x:443'",
        "'native'",
        "'\\u0000'",
        "'\\ud800'",
        "'é'"
    );

    private static Gen<string> Value(int depth) =>
        depth == 0
            ? Scalar
            : Gen.Frequency(
                (3, Scalar),
                (2, Value(depth - 1).ArrayOf().Resize(3).Select(v => $"[{string.Join(',', v)}]")),
                (5, Object(depth - 1))
            );

    private static Gen<string> Object(int depth) =>
        Key.SelectMany(k => Value(depth).Select(v => (k, v)))
            .ArrayOf()
            .Resize(4)
            .Select(members => $"{{{string.Join(',', members.DistinctBy(m => m.k).Select(m => $"{m.k}:{m.v}"))}}}");

    private static readonly Gen<(string, string)> Habitats =
        from main in Object(3)
        from agents in Object(2).ArrayOf().Resize(4)
        from shape in Gen.Choose(0, 2)
        from local in Object(2)
        let list = string.Join(',', agents.Select((a, i) => $"{{id:'a{i}',agent:'b{i}',{a.TrimStart('{')}".Replace(",}", "}")))
        select (
            shape switch
            {
                0 => main,
                1 => $"{{agents:{{list:[{list}]}}}}",
                _ => $"{{name:'x',agents:[{list}]}}",
            },
            local
        );

    [Fact]
    public void Any_habitat_is_either_a_model_or_a_list_of_errors()
    {
        var models = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(4_000),
            Prop.ForAll(
                Habitats.ToArbitrary(),
                texts =>
                {
                    var (main, local) = texts;
                    foreach (var (beside, lenient) in new[] { (null, false), (local, true) })
                    {
                        var reading = Habitat.Read(main, beside, lenient, include: _ => "{id: 'c', name: 'C'}");
                        var failed = reading.Problems.Any(p => p.Severity == Severity.Error);
                        if (failed != (reading.Model is null) || (reading.Model is { } model && !IsWhole(model)))
                        {
                            return false;
                        }

                        models += failed ? 0 : 1;
                    }

                    LegacyHabitatParser.Parse(main.Replace('\'', '"'), null, LegacyFlavor.V5);
                    return true;
                }
            )
        );
        models.ShouldBeGreaterThan(100);
    }

    private static bool IsWhole(HabitatModel model) =>
        model.Agents.All(a => model.GroupOf(a).Agents.Contains(a.Id))
        && model.Agents.Select(a => a.Id).Distinct().Count() == model.Agents.Count
        && (model.Agents.Count == 0 || model.Agents.Count(a => a.Default) == 1)
        && HabitatJson.Write(model).Length > 0;
}
