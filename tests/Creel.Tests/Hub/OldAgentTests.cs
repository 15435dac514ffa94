using System.Net;
using Creel.Core.Habitats;
using Creel.Server.Hub;

namespace Creel.Tests.Hub;

public sealed class OldAgentTests
{
    [Fact]
    public async Task A_second_connection_replaces_the_first_whose_end_changes_nothing()
    {
        await using var server = await HubServer.StartAsync();
        var token = await server.RegisterAsync("bart");
        await using var first = await Peer.OldAsync(server, "bart", token);
        await first.NextAsync("status");
        await using var second = await Peer.OldAsync(server, "bart", token);
        await second.NextAsync("status");
        await first.Closed;
        first.CloseCode.ShouldBe(4001);
        var id = await server.SubmitAsync("bart");
        (await second.NextTaskAsync()).ShouldBe(id);
    }

    [Fact]
    public async Task An_agent_without_health_is_closed_and_offline()
    {
        await using var server = await HubServer.StartAsync();
        await using var agent = await Peer.OldAsync(server, "bart", await server.RegisterAsync("bart"));
        await agent.NextAsync("status");
        server.Time.Shift(TimeSpan.FromSeconds(100));
        await agent.SendAsync("health", new { cpu = 1 });
        await Eventually.Until(async () => await HealthAsync(server) == 1);
        server.Time.Shift(TimeSpan.FromSeconds(100));
        await server.Hub.Sweeper.TickAsync();
        (await StatusAsync(server)).ShouldBe("online");
        server.Time.Shift(TimeSpan.FromSeconds(30));
        await server.Hub.Sweeper.TickAsync();
        (await StatusAsync(server)).ShouldBe("offline");
        await agent.Closed;
        agent.CloseCode.ShouldBe(4002);
    }

    [Fact]
    public async Task What_an_agent_was_doing_ends_when_it_stays_away_and_only_retry_waits_again()
    {
        await using var server = await HubServer.StartAsync();
        var agent = await Peer.OldAsync(server, "bart", await server.RegisterAsync("bart"));
        await agent.NextAsync("status");
        var once = await server.SubmitAsync("bart");
        var again = await server.SubmitAsync("bart", """{"type":"exec","retry":true}""");
        await agent.NextTaskAsync();
        await agent.NextTaskAsync();
        await agent.DisposeAsync();
        await Eventually.Until(async () => await StatusAsync(server) == "offline");
        server.Time.Shift(TimeSpan.FromSeconds(30));
        await server.Hub.Sweeper.TickAsync();
        (await server.StateAsync(once)).ShouldBe("sent");
        server.Time.Shift(TimeSpan.FromSeconds(40));
        await server.Hub.Sweeper.TickAsync();
        (await server.StateAsync(once)).ShouldBe("interrupted");
        (await server.StateAsync(again)).ShouldBe("queued");
    }

    [Fact]
    public async Task An_agent_that_is_back_soon_may_still_answer()
    {
        await using var server = await HubServer.StartAsync();
        var token = await server.RegisterAsync("bart");
        var first = await Peer.OldAsync(server, "bart", token);
        await first.NextAsync("status");
        var id = await server.SubmitAsync("bart");
        await first.NextTaskAsync();
        await first.DisposeAsync();
        await using var second = await Peer.OldAsync(server, "bart", token);
        (await second.NextAsync()).GetProperty("type").GetString().ShouldBe("status");
        await second.SendAsync(
            "response",
            new
            {
                taskId = id,
                success = true,
                result = new { stdout = "late" },
            }
        );
        await Eventually.Until(async () => await server.StateAsync(id) == "succeeded");
    }

    [Fact]
    public async Task A_task_that_is_never_answered_times_out()
    {
        await using var server = await HubServer.StartAsync();
        await using var agent = await Peer.OldAsync(server, "bart", await server.RegisterAsync("bart"));
        await agent.NextAsync("status");
        var id = await server.SubmitAsync("bart", """{"type":"exec","timeout":60000}""");
        await agent.NextTaskAsync();
        server.Time.Shift(TimeSpan.FromSeconds(110));
        await server.Hub.Sweeper.TickAsync();
        (await server.StateAsync(id)).ShouldBe("sent");
        server.Time.Shift(TimeSpan.FromSeconds(15));
        await server.Hub.Sweeper.TickAsync();
        (await server.StateAsync(id)).ShouldBe("timed-out");
    }

    [Fact]
    public async Task Who_sent_a_message_is_who_is_connected()
    {
        await using var server = await HubServer.StartAsync();
        await using var bart = await Peer.OldAsync(server, "bart", await server.RegisterAsync("bart"));
        await using var homer = await Peer.OldAsync(server, "homer", await server.RegisterAsync("homer"));
        await homer.NextAsync("status");
        await bart.SendAsync("log", new { message = "hi" }, to: "homer", from: "marge");
        (await homer.NextAsync("log")).GetProperty("from").GetString().ShouldBe("bart");
    }

    [Fact]
    public async Task A_task_from_agent_to_agent_needs_the_bridge_and_its_answer_comes_back()
    {
        var bridge = BridgeModel.Off;
        await using var server = await HubServer.StartAsync(new HubConfig { Bridge = () => bridge });
        await using var bart = await Peer.OldAsync(server, "bart", await server.RegisterAsync("bart"));
        await using var homer = await Peer.OldAsync(server, "homer", await server.RegisterAsync("homer"));
        await bart.SendAsync("task", new { taskId = "t1", type = "exec" }, to: "homer");
        (await bart.NextAsync("error")).GetProperty("payload").GetProperty("taskId").GetString().ShouldBe("t1");
        foreach (var to in new[] { "broadcast", "*" })
        {
            await bart.SendAsync("task", new { type = "exec" }, to: to);
            await bart.NextAsync("error");
        }

        bridge = new BridgeModel(true, ["bart", "homer"]);
        await bart.SendAsync("task", new { taskId = "t2", type = "exec" }, to: "homer");
        var id = await homer.NextTaskAsync();
        await homer.SendAsync(
            "response",
            new
            {
                taskId = id,
                success = true,
                result = new { stdout = "done" },
            }
        );
        var answer = (await bart.NextAsync("response")).GetProperty("payload");
        answer.GetProperty("taskId").GetString().ShouldBe("t2");
        answer.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("done");
        var audit = await server.GetAsync("/audit?tail=100");
        audit.ToString().ShouldContain("bridge.refuse");
        audit.ToString().ShouldContain("bridge.ask");
    }

    [Fact]
    public async Task Registering_again_starts_afresh_and_revokes_the_old_token()
    {
        await using var server = await HubServer.StartAsync();
        var old = await server.RegisterAsync("bart");
        var task = await server.SubmitAsync("bart");
        await server.RegisterAsync("bart");
        (await server.StateAsync(task)).ShouldBe("cancelled");
        await Should.ThrowAsync<System.Net.WebSockets.WebSocketException>(() => Peer.OldAsync(server, "bart", old));
    }

    [Fact]
    public async Task A_declared_agent_can_not_be_registered_or_deregistered()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        using var register = await server.Client.PostAsync("/agents/register", HubServer.Json("""{"agentId":"bart"}"""));
        register.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var remove = await server.Client.DeleteAsync("/agents/bart");
        remove.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task The_hub_says_goodbye()
    {
        Peer agent;
        await using (var server = await HubServer.StartAsync())
        {
            agent = await Peer.OldAsync(server, "bart", await server.RegisterAsync("bart"));
            await agent.NextAsync("status");
        }

        await agent.Closed;
        (agent.CloseCode, agent.CloseReason).ShouldBe((1000, "Server shutting down"));
        await agent.DisposeAsync();
    }

    private static async Task<string?> StatusAsync(HubServer server) =>
        (await server.GetAsync("/agents/bart/status")).GetProperty("agent").GetProperty("status").GetString();

    private static async Task<double> HealthAsync(HubServer server) =>
        (await server.GetAsync("/agents/bart/status")).GetProperty("agent").GetProperty("health").GetProperty("cpu")
            is { ValueKind: System.Text.Json.JsonValueKind.Number } cpu
            ? cpu.GetDouble()
            : 0;
}
