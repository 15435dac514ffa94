using Creel.Core;

namespace Creel.Tests.Hub;

/// <summary>What is not in a held cell yet waits, however near it was.</summary>
public sealed class HoldTests
{
    [Fact]
    public async Task A_task_that_is_on_its_way_when_its_cell_is_held_waits_for_the_release()
    {
        await using var server = await HubServer.StartAsync();
        var cell = await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        await Eventually.Until(() => server.Hub.Parts.Book.Find(AgentId.Parse("bart"))!.Behind == false);
        var pause = new Pause();
        server.Store.Tasks.BeforeAppend = pause.PassAsync;
        var submitting = server.SubmitAsync("bart");
        await HoldAsync(server, cell, pause);
        var id = await submitting;
        (await server.StateAsync(id), server.Hub.Doors.UnderWay(cell)).ShouldBe(("queued", 0));

        server.Hub.Doors.Release(cell);

        (await runtime.NextTaskAsync()).ShouldBe(id);
    }

    [Fact]
    public async Task A_task_that_a_drain_has_taken_when_its_cell_is_held_waits_for_the_release()
    {
        await using var server = await HubServer.StartAsync();
        var cell = await server.OpenAsync("c1", "bart");
        var id = await server.SubmitAsync("bart");
        var pause = new Pause();
        server.Store.Tasks.AfterLease = _ => pause.PassAsync();
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        await HoldAsync(server, cell, pause);
        await Eventually.Until(() => server.Hub.Parts.Book.Find(AgentId.Parse("bart"))!.Drain is null);
        (await server.StateAsync(id), server.Hub.Doors.UnderWay(cell)).ShouldBe(("queued", 0));

        server.Hub.Doors.Release(cell);

        (await runtime.NextTaskAsync()).ShouldBe(id);
    }

    /// <summary>While a task of the cell is on its way there, which is not counted yet.</summary>
    private static async Task HoldAsync(HubServer server, CellId cell, Pause pause)
    {
        await pause.Reached;
        server.Hub.Doors.Hold(cell);
        server.Hub.Doors.UnderWay(cell).ShouldBe(0);
        pause.Go();
    }
}
