using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Habitats.Patching;

namespace Creel.Tests.Cells;

/// <summary>How programs change the habitat that is up.</summary>
public sealed class ConfigStoreTests : IAsyncLifetime
{
    private World world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    private IConfigStore Store => world.Host.Config;

    [Fact]
    public async Task Without_a_habitat_there_is_nothing_to_change()
    {
        await world.ServeAsync();
        Store.Get().Exists.ShouldBeFalse();
        (await PatchAsync("{}")).ShouldBeOfType<ConfigOutcome.Refused>().Reason.ShouldBe(ConfigRefusal.NotNow);
    }

    [Fact]
    public async Task A_patch_goes_into_the_local_file_and_is_in_force()
    {
        await world.ServeAsync();
        await world.UpAsync("{ agents: { list: [{ id: 'a' }] }, bindings: [{ agentId: 'a', match: { channel: 'telegram' } }] }");
        var before = File.ReadAllText(world.HabitatFile);

        var done = (
            await PatchAsync("{ agents: { list: [{ id: 'a', model: 'm/n' }, { id: 'b' }] }, session: { mainKey: 'home' } }")
        ).ShouldBeOfType<ConfigOutcome.Done>();

        done.Noop.ShouldBeFalse();
        File.ReadAllText(world.HabitatFile).ShouldBe(before);
        File.ReadAllText(world.LocalFile).ShouldContain("\"mainKey\": \"home\"");
        var habitat = world.Host.Habitats.Current!;
        habitat.Agents.Select(a => (a.Id.Value, a.Model)).ShouldBe([("a", "m/n"), ("b", null)]);
        habitat.Gateway.Session.Keys.MainKey.ShouldBe("home");
        await Eventually.Until(() => world.Driver.Running.Contains("b"));
        (await PatchAsync("{ session: { mainKey: 'home' } }")).ShouldBeOfType<ConfigOutcome.Done>().Noop.ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_person_wrote_is_refused_with_its_place_and_nothing_is_written()
    {
        await world.ServeAsync();
        await world.UpAsync("{ agents: { list: [{ id: 'a', model: 'm/n' }] }, session: { mainKey: 'x' } }");
        foreach (
            var patch in new[]
            {
                "{ session: { mainKey: 'y' } }",
                "{ session: null }",
                "{ agents: { list: [{ id: 'a', model: 'o/p' }] } }",
            }
        )
        {
            var refused = (await PatchAsync(patch)).ShouldBeOfType<ConfigOutcome.Refused>();
            refused.Reason.ShouldBe(ConfigRefusal.SaidElsewhere);
            refused.Message.ShouldContain("habitat.json5:1:");
        }

        (await ChangeAsync(root => Agents(root).Clear()))
            .ShouldBeOfType<ConfigOutcome.Refused>()
            .Message.ShouldStartWith($"'a' is said at {world.HabitatFile}:1:");
        File.Exists(world.LocalFile).ShouldBeFalse();
    }

    [Fact]
    public async Task The_refusals_come_in_their_order()
    {
        await world.ServeAsync();
        await world.UpAsync("{ agents: { list: [{ id: 'a' }] } }");
        var hash = Store.Get().Hash;
        async Task<ConfigRefusal> Why(string? raw, string? at) =>
            (await Store.PatchAsync(raw, at, "test", default)).ShouldBeOfType<ConfigOutcome.Refused>().Reason;

        (await Why(null, null)).ShouldBe(ConfigRefusal.BaseHashRequired);
        (await Why(null, "0")).ShouldBe(ConfigRefusal.Changed);
        (await Why(null, hash)).ShouldBe(ConfigRefusal.RawRequired);
        (await Why("{", hash)).ShouldBe(ConfigRefusal.ParseError);
        (await Why("[]", hash)).ShouldBe(ConfigRefusal.NotAnObject);
        (await Why("{ foo: 1 }", hash)).ShouldBe(ConfigRefusal.Invalid);
        File.WriteAllText(world.HabitatFile, "{ foo: 1 }");
        (await Why("{}", Store.Get().Hash)).ShouldBe(ConfigRefusal.InvalidNow);
        Store.Get().Issues.Single().Code.ShouldBe("unrecognized_key");
    }

    [Fact]
    public async Task A_file_of_openclaws_is_written_in_place_with_its_references_and_backups()
    {
        world = new World { Named = "openclaw.json" };
        await world.ServeAsync();
        await world.UpAsync(
            """
            { env: { T: "5:secret" }, channels: { telegram: { botToken: "${T}", accounts: { b: { botToken: "6:other" } } } },
              agents: { list: [{ id: "a" }] }, bindings: [{ agentId: "a", match: { channel: "telegram" } }] }
            """
        );
        var seen = Store.Get();
        foreach (var shown in new[] { seen.Raw!, seen.Parsed, seen.Resolved })
        {
            shown.ShouldNotContain("5:secret");
            shown.ShouldNotContain("6:other");
        }

        // As a client does that reads, changes one thing and sends all of it back.
        var sent = JsonNode.Parse(seen.Resolved)!;
        sent["bindings"] = new JsonArray();
        (await PatchAsync(sent.ToJsonString())).ShouldBeOfType<ConfigOutcome.Done>();
        (await PatchAsync("{ session: { mainKey: 'z' } }")).ShouldBeOfType<ConfigOutcome.Done>();

        var file = JsonNode.Parse(File.ReadAllText(world.HabitatFile))!;
        file["bindings"]!.AsArray().Count.ShouldBe(0);
        file["channels"]!["telegram"]!["accounts"]!["b"]!["botToken"]!.GetValue<string>().ShouldBe("6:other");
        file["channels"]!["telegram"]!["botToken"]!.GetValue<string>().ShouldBe("${T}");
        file["meta"]!["lastTouchedAt"].ShouldNotBeNull();
        File.ReadAllText(world.HabitatFile + ".bak").ShouldNotContain("\"z\"");
        File.ReadAllText(world.HabitatFile + ".bak.1").ShouldContain("agentId");
        world.Host.Habitats.Current!.Gateway.Session.Keys.MainKey.ShouldBe("z");
    }

    /// <summary>Whoever creates an agent and updates it right after finds it; and none of many is lost.</summary>
    [Fact]
    public async Task A_hundred_creates_at_once_lose_none()
    {
        world = new World { Named = "openclaw.json" };
        await world.ServeAsync();
        await world.UpAsync("{ agents: { list: [{ id: 'a' }] } }");

        await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(async n =>
                {
                    (
                        await ChangeAsync(root => Agents(root).Add(new JsonObject { ["id"] = $"n{n}" }))
                    ).ShouldBeOfType<ConfigOutcome.Done>();
                    (
                        await ChangeAsync(root =>
                            Agents(root).Single(a => a!["id"]!.GetValue<string>() == $"n{n}")!["name"] = $"N{n}"
                        )
                    ).ShouldBeOfType<ConfigOutcome.Done>();
                })
        );

        var agents = world.Host.Habitats.Current!.Agents;
        agents.Count.ShouldBe(101);
        agents.Skip(1).ShouldAllBe(a => a.Name == a.Id.Value.ToUpperInvariant());
        await Eventually.Until(() => world.Driver.Running.Count == 101, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Two_writers_by_hash_lose_nothing_of_each_other()
    {
        world = new World { Named = "openclaw.json" };
        await world.ServeAsync();
        await world.UpAsync("{ agents: { list: [{ id: 'a' }] } }");
        async Task Write(string name)
        {
            for (var round = 0; round < 100; round++)
            {
                while (
                    await PatchAsync($"{{ hooks: {{ {name}{round}: {round} }} }}")
                        is ConfigOutcome.Refused { Reason: ConfigRefusal.Changed }
                ) { }
            }
        }

        await Task.WhenAll(Write("one"), Write("two"));

        JsonNode.Parse(File.ReadAllText(world.HabitatFile))!["hooks"]!.AsObject().Count.ShouldBe(200);
    }

    private static JsonArray Agents(JsonNode root) => root["agents"]!["list"]!.AsArray();

    private Task<ConfigOutcome> ChangeAsync(Action<JsonNode> change) =>
        Store.ChangeAsync(
            text =>
            {
                var root = JsonNode.Parse(text)!;
                change(root);
                return root.ToJsonString();
            },
            "test",
            default
        );

    private Task<ConfigOutcome> PatchAsync(string raw) => Store.PatchAsync(raw, Store.Get().Hash, "test", default);
}
