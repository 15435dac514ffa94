using System.Net;
using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Hub;

namespace Creel.Tests.Hub;

public class CancelTests
{
    [Fact]
    public async Task A_queued_task_is_cancelled_at_once_and_a_running_one_by_its_runtime()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var waiting = await server.SubmitAsync("bart");
        (await server.PostAsync($"/tasks/{waiting}/cancel", "")).GetProperty("state").GetString().ShouldBe("cancelled");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart");
        (await runtime.NextTaskAsync()).ShouldBe(id);
        await server.PostAsync($"/tasks/{id}/cancel", "");
        await runtime.NextAsync("cancel");
        await runtime.RespondAsync(id, "cancelled");
        await Eventually.Until(async () => await server.StateAsync(id) == "cancelled");
    }

    [Fact]
    public async Task A_task_is_cancelled_when_its_runtime_comes_back()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var first = await Peer.RuntimeAsync(server, "c1");
        var lost = await server.SubmitAsync("bart");
        var running = await server.SubmitAsync("bart");
        await first.NextTaskAsync();
        await first.NextTaskAsync();
        await first.DisposeAsync();
        await Eventually.Until(() => server.Hub.Doors.Presence(new CellId("c1"))!.Connected == false);
        await server.PostAsync($"/tasks/{lost}/cancel", "");
        await server.PostAsync($"/tasks/{running}/cancel", "");
        await using var second = await Peer.RuntimeAsync(server, "c1", running: [running]);
        (await second.NextAsync("cancel")).GetProperty("payload").GetProperty("taskId").GetString().ShouldBe(running);
        (await server.StateAsync(lost)).ShouldBe("cancelled");
    }

    [Fact]
    public async Task A_cancel_survives_the_hub_and_a_link_that_breaks_before_it_is_heard()
    {
        var store = new MemoryStore();
        string running,
            retry;
        await using (var server = await HubServer.StartAsync(store: store))
        {
            await server.OpenAsync("c1", "bart");
            var first = await Peer.RuntimeAsync(server, "c1");
            running = await server.SubmitAsync("bart");
            retry = await server.SubmitAsync("bart", """{"type":"exec","retry":true}""");
            await first.NextTaskAsync();
            await first.NextTaskAsync();
            await server.PostAsync($"/tasks/{running}/cancel", "");
            await first.DisposeAsync();
            await Eventually.Until(() => server.Hub.Doors.Presence(new CellId("c1"))!.Connected == false);
            await server.PostAsync($"/tasks/{retry}/cancel", "");
        }

        await using var next = await HubServer.StartAsync(store: store);
        await next.OpenAsync("c1", "bart");
        await using (var back = await Peer.RuntimeAsync(next, "c1", running: [running, retry]))
        {
            var told = new[] { await back.NextAsync("cancel"), await back.NextAsync("cancel") };
            told.Select(m => m.GetProperty("payload").GetProperty("taskId").GetString())
                .ShouldBe([running, retry], ignoreOrder: true);
        }

        // Whoever was asked to end does not run again.
        await using var forgetful = await Peer.RuntimeAsync(next, "c1", "j2");
        (await next.StateAsync(retry)).ShouldBe("interrupted");
    }

    [Fact]
    public async Task A_cancel_that_comes_before_its_task_is_sent_follows_it()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var id = await server.SubmitAsync("bart");
        server.Store.Tasks.AfterLease = async _ =>
        {
            server.Store.Tasks.AfterLease = null;
            await server.PostAsync($"/tasks/{id}/cancel", "");
        };
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        (await runtime.NextTaskAsync()).ShouldBe(id);
        (await runtime.NextAsync("cancel")).GetProperty("payload").GetProperty("taskId").GetString().ShouldBe(id);
    }
}
