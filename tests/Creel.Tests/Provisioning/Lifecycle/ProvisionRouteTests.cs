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
}
