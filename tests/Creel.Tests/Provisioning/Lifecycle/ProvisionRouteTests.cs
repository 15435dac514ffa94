using Creel.Commands.Provisioning;
using Creel.Core;
using Creel.Core.Habitats.Provisioning;
using Creel.Server.Audits;
using Creel.Server.Hub;
using Creel.Server.Provisioning.Lifecycle;
using Creel.Tests.Hub;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>What the API says of plans.</summary>
public sealed class ProvisionRouteTests : IAsyncLifetime
{
    private readonly LifecycleWorld world = new();
    private readonly MemoryStore store = new();
    private AuditTrail trail = null!;
    private HubServer server = null!;

    public async Task InitializeAsync()
    {
        trail = new AuditTrail(store.Audit, TimeProvider.System, NullLogger.Instance);
        server = await HubServer.StartAsync(
            new HubConfig(),
            map: (app, _) => new ProvisionRoutes(world.Provisioner(), trail, NullLogger.Instance).Map(app)
        );
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await trail.DisposeAsync();
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"resetSessions":true}""", "reset")]
    [InlineData("""{"rotateTokens":true}""", "token")]
    [InlineData("""{"forceBootstrap":true}""", "first words")]
    [InlineData("""{"overwrite":true}""", "user")]
    [InlineData("""{"prune":true}""", "pruned")]
    [InlineData("""{"forceBootstrap":true,"noWake":true}""", "")]
    public async Task Each_flag_asks_for_what_it_says_and_for_nothing_else(string flags, string done)
    {
        world.Desired.Add(LifecycleWorld.Agent("bart"));
        world.Desired.Add(LifecycleWorld.Agent("lisa"));
        await world.RunAsync();
        world.Desired.RemoveAt(1);
        world.Gateway["mc-bart", "USER.md"] = "# of bart";
        world.FirstWords.Clear();
        var token = world.Tokens.Of("bart").Single();

        using var answer = await server.Client.PostAsync("/provision", HubServer.Json(flags));
        (await answer.Content.ReadAsStringAsync()).ShouldContain("\"event\":\"done\"");

        string?[] seen =
        [
            world.Gateway.Resets.IsEmpty ? null : "reset",
            world.Tokens.Of("bart").Contains(token) ? null : "token",
            world.FirstWords.Count == 0 ? null : "first words",
            world.Gateway["mc-bart", "USER.md"] == "# of bart" ? null : "user",
            world.Gateway.Ids.Contains("mc-lisa") ? null : "pruned",
        ];
        string.Join(' ', seen.OfType<string>()).ShouldBe(done);
    }

    [Theory]
    [InlineData("/provision/plan", """{"as":"seed"}""", "seed-plan")]
    [InlineData("/provision", """{"as":"seed","prune":true}""", "seed-prune")]
    [InlineData("/provision", """{"as":"somebody"}""", "json-field")]
    public async Task What_does_not_go_together_is_refused(string path, string body, string code)
    {
        using var answer = await server.Client.PostAsync(path, HubServer.Json(body));

        ((int)answer.StatusCode).ShouldBe(400);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(code);
    }

    [Theory]
    [InlineData("/provision")]
    [InlineData("/provision/plan")]
    public async Task A_gateway_whose_name_is_misspelt_is_told_with_the_one_that_was_meant(string path)
    {
        using var answer = await server.Client.PostAsync(path, HubServer.Json("""{"gateway":"prdo"}"""));
        ((int)answer.StatusCode).ShouldBe(404);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("there is no gateway 'prdo'; did you mean 'prod'?");
    }

    [Fact]
    public async Task Times_are_milliseconds_as_everywhere_in_the_API()
    {
        world.Desired.Add(LifecycleWorld.Agent("bart"));
        world.Unreached = Fault.Unavailable("gateway-gone", "gone");

        using var answer = await server.Client.PostAsync("/provision", HubServer.Json("{}"));
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var stands = (await server.GetAsync("/provision")).GetProperty("agents")[0];

        var record = world.Store["bart"];
        stands.GetProperty("since").GetInt64().ShouldBe(record.At.ToUnixTimeMilliseconds());
        var next = record.NextTry!.Value.ToUnixTimeMilliseconds();
        stands.GetProperty("nextTry").GetInt64().ShouldBe(next);
        lines.Count(line => line.Contains($"\"nextTry\":{next}", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Who_is_there_is_not_told_as_made_and_a_problem_says_whose_it_is()
    {
        world.Desired.Add(LifecycleWorld.Agent("bart"));
        await world.RunAsync();
        await world.Store.RemoveAsync("prod", "mc-bart");
        world.Desired.Add(LifecycleWorld.Agent("lisa"));
        world.Problems.Add(new DesiredProblem(AgentId.Parse("todd"), Fault.Invalid("template-undefined", "no such name")));

        using var answer = await server.Client.PostAsync("/provision/plan", HubServer.Json("""{"gateway":"prod"}"""));
        var plan = HubServer.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("gateways")[0];

        plan.GetProperty("agents")
            .EnumerateArray()
            .Select(a => $"{a.GetProperty("agent")} {a.GetProperty("creates")} {a.GetProperty("session")}")
            .ShouldBe(["bart False named", "lisa True made"]);
        plan.GetProperty("problems")[0].GetProperty("invalid").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_that_only_overwriting_would_take_is_told_in_words_that_the_command_line_knows()
    {
        world.Desired.Add(LifecycleWorld.Agent("bart"));
        world.Desired.Add(LifecycleWorld.Agent("lisa"));
        world.Gateway.Put("mc-lisa", "old", "/old");
        world.Gateway["mc-lisa", "USER.md"] = "# homer";
        await world.RunAsync();
        var wasThere = $"lisa USER.md keep: {ProvisionPlanText.WasThere}";
        (await FilesAsync("""{"gateway":"prod"}""")).ShouldBe([wasThere]);

        // Of what the agent alone has changed nothing is told.
        world.Gateway["mc-bart", "USER.md"] = "# of bart";
        (await FilesAsync("""{"gateway":"prod"}""")).ShouldBe([wasThere]);
        (await FilesAsync("""{"gateway":"prod","overwrite":true}""")).ShouldBe([
            "bart USER.md write: asked for",
            "lisa USER.md write: another text stands there",
        ]);

        world.Change("bart", "USER.md", "# marge simpson");
        (await FilesAsync("""{"gateway":"prod"}""")).ShouldBe([$"bart USER.md keep: {ProvisionPlanText.Changed}", wasThere]);
    }

    /// <summary>Of a plan: whose, which, and what becomes of it.</summary>
    private async Task<List<string>> FilesAsync(string body)
    {
        using var answer = await server.Client.PostAsync("/provision/plan", HubServer.Json(body));
        var plan = HubServer.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("gateways")[0];
        return
        [
            .. from agent in plan.GetProperty("agents").EnumerateArray()
            from file in agent.GetProperty("files").EnumerateArray()
            select $"{agent.GetProperty("agent")} {file.GetProperty("name")} {file.GetProperty("act")}: {file.GetProperty("why")}",
        ];
    }
}
