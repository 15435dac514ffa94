using System.Net;
using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Hub;

namespace Creel.Tests.Hub;

public class RestartTests
{
    [Fact]
    public async Task Tasks_are_counted_on_after_a_restart_of_the_hub()
    {
        var store = new MemoryStore();
        await using (var server = await HubServer.StartAsync(store: store))
        {
            await using var agent = await Peer.OldAsync(server, "bart", await server.RegisterAsync("bart"));
            foreach (var success in new[] { true, true, false })
            {
                var id = await server.SubmitAsync("bart");
                await agent.SendAsync("response", new { taskId = id, success });
                await Eventually.Until(async () => await server.StateAsync(id) == (success ? "succeeded" : "failed"));
            }
        }

        await using var next = await HubServer.StartAsync(store: store);
        var stats = (await next.GetAsync("/agents/bart/status")).GetProperty("agent").GetProperty("stats");
        new[] { "tasksReceived", "tasksCompleted", "tasksFailed" }
            .Select(name => stats.GetProperty(name).GetInt64())
            .ShouldBe([3, 2, 1]);
    }

    [Fact]
    public async Task Tasks_and_agents_survive_the_hub()
    {
        var store = new MemoryStore();
        string queued,
            sent,
            token;
        await using (var server = await HubServer.StartAsync(store: store))
        {
            await server.OpenAsync("c1", "bart");
            token = await server.RegisterAsync("remote");
            queued = await server.SubmitAsync("remote");
            await using var runtime = await Peer.RuntimeAsync(server, "c1");
            sent = await server.SubmitAsync("bart");
            await runtime.NextTaskAsync();
        }

        await using var next = await HubServer.StartAsync(store: store);
        await next.OpenAsync("c1", "bart");
        await using var back = await Peer.RuntimeAsync(next, "c1", finished: [sent]);
        await back.RespondAsync(sent);
        await back.NextAsync("ack");
        (await next.StateAsync(sent)).ShouldBe("succeeded");
        await using var remote = await Peer.OldAsync(next, "remote", token);
        (await remote.NextTaskAsync()).ShouldBe(queued);
    }
}
