using System.Net;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Tests.Hub;

/// <summary>Agents that go while something of theirs is under way.</summary>
public sealed class LeavingTests
{
    private static readonly AgentId Bart = AgentId.Parse("bart");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_link_with_a_step_that_hangs_delays_nobodys_coming_and_going(bool comesAgain)
    {
        await using var server = await HubServer.StartAsync();
        await using var agent = await Peer.OldAsync(server, "bart", await server.RegisterAsync("bart"));
        await agent.NextAsync("status");
        var id = await server.SubmitAsync("bart");
        await agent.NextTaskAsync();
        var pause = new Pause();
        server.Store.Tasks.BeforeComplete = pause.PassAsync;
        await agent.SendAsync("response", new { taskId = id, success = true });
        await pause.Reached;
        try
        {
            Task change = comesAgain ? server.RegisterAsync("bart") : server.Client.DeleteAsync("/agents/bart");
            await agent.Closed.WaitAsync(Patience);
            await server.RegisterAsync("homer").WaitAsync(Patience);
            using var gone = await server.Client.DeleteAsync("/agents/homer").WaitAsync(Patience);
            gone.StatusCode.ShouldBe(HttpStatusCode.OK);
            await change.WaitAsync(Patience);
            (await server.StateAsync(id)).ShouldBe("cancelled");
        }
        finally
        {
            pause.Go();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_whose_agent_goes_during_its_commit_is_cancelled(bool connected)
    {
        await using var server = await HubServer.StartAsync();
        var token = await server.RegisterAsync("bart");
        await using var agent = connected ? await Peer.OldAsync(server, "bart", token) : null;
        await (agent?.NextAsync("status") ?? Task.CompletedTask);
        var pause = new Pause();
        server.Store.Tasks.BeforeAppend = pause.PassAsync;
        var submitting = server.SubmitAsync("bart");
        await pause.Reached;
        var leaving = server.Client.DeleteAsync("/agents/bart");
        await Eventually.Until(() => server.Hub.Parts.Book.Find(Bart) is null);
        pause.Go();
        using var left = await leaving;
        left.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.StateAsync(await submitting)).ShouldBe("cancelled");
    }

    [Fact]
    public async Task An_agent_whose_tasks_can_not_be_ended_is_not_forgotten()
    {
        await using var server = await HubServer.StartAsync();
        await server.RegisterAsync("bart");
        var id = await server.SubmitAsync("bart");
        server.Store.Tasks.Broken = Fault.Unavailable("disk-full", "the disk is full");
        using var refused = await server.Client.DeleteAsync("/agents/bart");
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        server.Store.Tasks.Broken = null;
        await server.SubmitAsync("bart");
        using var gone = await server.Client.DeleteAsync("/agents/bart");
        gone.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.StateAsync(id)).ShouldBe("cancelled");
        using var late = await server.Client.PostAsync("/agents/bart/task", HubServer.Json("""{"type":"exec"}"""));
        late.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_agent_that_goes_while_its_cell_comes_in_is_sent_nothing_more()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart", "homer");
        await LoseLinkAsync(server, await server.SubmitAsync("bart"));
        var pause = new Pause();
        server.Store.Tasks.BeforeMove = pause.PassAsync;
        await using var second = await Peer.DialAsync(server, "c1");
        await second.HelloAsync();
        await pause.Reached;
        await server.Hub.Doors.ForgetAsync(Bart);
        pause.Go();
        await second.NextAsync("welcome");
        var homers = await server.SubmitAsync("homer");
        (await second.NextTaskAsync()).ShouldBe(homers);
    }

    [Fact]
    public async Task An_agent_that_goes_while_it_comes_in_is_not_kept_connected()
    {
        await using var server = await HubServer.StartAsync();
        var token = await server.RegisterAsync("bart");
        var pause = new Pause();
        server.Store.Tasks.BeforeEpoch = pause.PassAsync;
        await using var agent = await Peer.OldAsync(server, "bart", token);
        await pause.Reached;
        using var gone = await server.Client.DeleteAsync("/agents/bart");
        pause.Go();
        await agent.Closed.WaitAsync(Patience);
        agent.CloseCode.ShouldBe(4003);
    }

    [Fact]
    public async Task A_cell_that_is_gone_while_its_runtime_comes_in_leaves_no_task_to_it()
    {
        await using var server = await HubServer.StartAsync();
        var cell = await server.OpenAsync("c1", "bart");
        var id = await server.SubmitAsync("bart", """{"type":"exec","retry":true}""");
        await LoseLinkAsync(server, id);
        var pause = new Pause();
        server.Store.Tasks.BeforeMove = pause.PassAsync;
        await using var second = await Peer.DialAsync(server, "c1");
        await second.HelloAsync(running: [id]);
        await pause.Reached;
        var abandoning = server.Hub.Doors.AbandonAsync(cell, "its cell is gone");
        pause.Go();
        await abandoning;
        await second.Closed;
        (await server.StateAsync(id)).ShouldBe("queued");
    }

    [Fact]
    public async Task A_result_of_a_task_that_a_newer_connection_holds_is_neither_kept_nor_acknowledged()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart");
        await runtime.NextTaskAsync();
        var newer = new TaskMove(
            new TaskId(Guid.Parse(id)),
            TaskState.Running,
            new Lease("j9", 1_000_000),
            server.Time.GetUtcNow()
        );
        server.Store.Tasks.BeforeComplete = async () => await server.Store.Tasks.MoveAsync([newer]);
        await runtime.RespondAsync(id);
        await runtime.RespondAsync("nonsense");
        (await runtime.NextAsync("ack")).GetProperty("payload").GetProperty("taskId").GetString().ShouldBe("nonsense");
        (await server.StateAsync(id)).ShouldBe("running");
    }

    /// <summary>A runtime takes the task and goes without a word.</summary>
    private static async Task LoseLinkAsync(HubServer server, string id)
    {
        var first = await Peer.RuntimeAsync(server, "c1");
        (await first.NextTaskAsync()).ShouldBe(id);
        await first.DisposeAsync();
        await Eventually.Until(() => server.Hub.Doors.Presence(new CellId("c1"))!.Connected == false);
    }
}
