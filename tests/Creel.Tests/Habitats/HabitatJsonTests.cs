using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Tests.Habitats;

public class HabitatJsonTests
{
    [Fact]
    public void The_effective_model_is_shown_whole_and_in_order()
    {
        var json = HabitatJson.Write(
            Habitat.Model(
                "{name: 'x', sharedPaths: ['/srv/a'], agents: {list: [{id: 'b', budget: {usd: 1.5, per: 'day'}}, {id: 'a', brain: {command: ['c']}}]}}"
            )
        );
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        root.EnumerateObject()
            .Select(p => p.Name)
            .ShouldBe([
                .. "name agents groups budget maxTokens unpriced prices bounds intercept proxy offline upstreams".Split(' '),
                .. "sharedPaths bridge sections".Split(' '),
            ]);
        root.GetProperty("agents")[0].GetProperty("id").GetString().ShouldBe("b");
        root.GetProperty("groups")[0].GetProperty("id").GetString().ShouldBe("a");
        root.GetProperty("groups")[0]
            .GetProperty("resources")
            .GetProperty("memory")
            .GetRawText()
            .ShouldBe(
                "{\n        \"value\": 536870912,\n        \"written\": false\n      }"
                    .Replace("\n        ", "\n          ")
                    .Replace("\n      }", "\n        }")
            );
        root.GetProperty("groups")[1].GetProperty("budget").GetProperty("usd").GetDecimal().ShouldBe(1.5m);
        root.GetProperty("agents")[1].GetProperty("brain").GetProperty("command")[0].GetString().ShouldBe("c");
        HabitatJson.Write(Habitat.Model("{}")).ShouldBe(HabitatJson.Write(Habitat.Model("{}")));
    }

    [Fact]
    public void Secrets_are_masked_and_references_are_not()
    {
        var json = HabitatJson.Write(
            Habitat.Model(
                """
                {env: {KEY1: 's3cret'}, gateway: {auth: {mode: 'token', token: 's3cret'}},
                 channels: {telegram: {accounts: {a: {botToken: 's3cret', name: 'plain'}, b: {botToken: '${NAME}'}}}},
                 models: {providers: {x: {apiKey: 's3cret', apiKeys: ['fine']}}}, hooks: {token: ['s3cret', 53037]}}
                """
            )
        );
        json.ShouldNotContain("s3cret");
        json.ShouldNotContain("53037");
        json.ShouldContain("***");
        json.ShouldContain("${NAME}");
        json.ShouldContain("plain");
    }

    [Fact]
    public void The_sample_is_right_and_says_what_the_demo_needs()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Creel.slnx")))
        {
            folder = folder.Parent;
        }

        var reading = Habitat.Read(File.ReadAllText(Path.Combine(folder.FullName, "samples", "simpsons", "habitat.json5")));
        reading.Problems.ShouldBeEmpty();
        var habitat = reading.Required();
        habitat.Agents.Select(a => (a.Id.Value, a.Default)).ShouldBe([("homer", true), ("bart", false), ("lisa", false)]);
        habitat.Groups.ShouldAllBe(g =>
            g.Level == IsolationLevel.Session && g.Network == NetworkMode.Proxy && g.Agents.Count == 1
        );
        habitat.Agents[2].Brain.Kind.ShouldBe("command");
        habitat.Bridge.Permits(habitat.Agents[0].Id, habitat.Agents[1].Id).ShouldBeTrue();
        habitat.Bridge.Permits(habitat.Agents[2].Id, habitat.Agents[1].Id).ShouldBeFalse();
    }
}
