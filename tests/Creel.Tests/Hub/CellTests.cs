using System.Net;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Link;
using Creel.Core.Sessions;
using Creel.Core.Tools;
using Creel.Server.Hub;

namespace Creel.Tests.Hub;

public sealed class CellTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task A_cells_socket_is_reachable_by_its_owner_alone()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var folder = server.SocketFolder("c1");
        File.GetUnixFileMode(folder).ShouldBe(Owner | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Path.Combine(folder, "hub.sock")).ShouldBe(Owner);
        Directory.GetFileSystemEntries(folder).Length.ShouldBe(1);
        (File.GetUnixFileMode(Path.GetDirectoryName(folder)!) & UnixFileMode.OtherRead).ShouldBe(default);
        await server.Hub.Doors.CloseAsync(new CellId("c1"));
        File.Exists(Path.Combine(folder, "hub.sock")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cell_with_a_group_of_its_own_gets_in_by_it()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        await using var server = await HubServer.StartAsync();
        await server.Hub.Doors.OpenAsync(server.Cell("c1", "bart") with { Gid = 20_001 });
        var folder = server.SocketFolder("c1");
        var group = UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.GetUnixFileMode(folder).ShouldBe(Owner | UnixFileMode.UserExecute | group);
        File.GetUnixFileMode(Path.Combine(folder, "hub.sock")).ShouldBe(Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    [Fact]
    public async Task A_stale_socket_of_a_former_run_is_replaced()
    {
        await using var server = await HubServer.StartAsync();
        Directory.CreateDirectory(server.SocketFolder("c1"));
        await File.WriteAllTextAsync(Path.Combine(server.SocketFolder("c1"), "hub.sock"), "stale");
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
    }

    [Fact]
    public async Task A_cell_whose_folder_somebody_cleared_away_goes_like_any_other()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await server.OpenAsync("c2", "homer");
        Directory.Delete(server.SocketFolder("c1"), recursive: true);
        Directory.Delete(server.SocketFolder("c2"), recursive: true);

        await server.Hub.Doors.CloseAsync(new CellId("c1"));
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
    }

    [Fact]
    public async Task A_socket_path_that_is_too_long_is_told()
    {
        await using var server = await HubServer.StartAsync();
        var cell = server.Cell("c1", "bart") with { SocketFolder = server.SocketFolder(new string('x', 120)) };
        var fault = await Should.ThrowAsync<CreelException>(async () => await server.Hub.Doors.OpenAsync(cell));
        fault.Fault.Code.ShouldBe("socket-path");
    }

    [Fact]
    public async Task The_reconciler_sees_cells_come_and_go()
    {
        await using var server = await HubServer.StartAsync();
        var cell = await server.OpenAsync("c1", "bart");
        var waiting = server.Hub.Doors.WaitConnectedAsync(cell);
        waiting.IsCompleted.ShouldBeFalse();
        var runtime = await Peer.RuntimeAsync(server, "c1", "j7");
        (await waiting).ShouldBeTrue();
        var now = server.Hub.Doors.Presence(cell)!;
        (now.Connected, now.Journal, now.Version).ShouldBe((true, "j7", "0.1.0"));
        await runtime.SendAsync("health", new { cpu = 3 });
        await Eventually.Until(() => server.Hub.Doors.Presence(cell)!.Health is not null);
        await server.Hub.Doors.RequestStopAsync(cell);
        await runtime.NextAsync("stop");
        await runtime.DisposeAsync();
        await Eventually.Until(() => server.Hub.Doors.Presence(cell)!.Connected == false);
        var never = server.Hub.Doors.WaitConnectedAsync(cell);
        await server.Hub.Doors.CloseAsync(cell);
        (await never).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cell_is_told_what_it_is_made_ready_with()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var making = new CellMaking(new Dictionary<string, string> { ["STAGE"] = "lab" }, "make");
        await server.Hub.Doors.OpenAsync(server.Cell("c1", "bart") with { Making = making, SetupMark = "m1" });

        var welcome = (await runtime.NextAsync("welcome")).GetProperty("payload");

        welcome.GetProperty("variables").GetProperty("STAGE").GetString().ShouldBe("lab");
        welcome.GetProperty("setup").GetProperty("command").GetString().ShouldBe("make");
        welcome.GetProperty("setup").GetProperty("mark").GetString().ShouldBe("m1");
    }

    [Fact]
    public async Task A_setup_that_failed_is_shown_and_in_the_audit_once()
    {
        await using var server = await HubServer.StartAsync();
        var cell = await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        await runtime.SendAsync("health", new { setup = new { state = "running" } });
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await runtime.SendAsync(
                "health",
                new { cpu = 1, setup = new { state = "failed", reason = "exit code 3: no such thing" } }
            );
        }

        await Eventually.Until(() => server.Hub.Doors.Presence(cell)!.SetupFailure == "exit code 3: no such thing");
        await runtime.SendAsync("health", new { cpu = 7 });
        await Eventually.Until(() => server.Hub.Doors.Presence(cell)!.SetupFailure is null);
        await server.Hub.Parts.Audit.FlushAsync(default);
        var entry = server.Store.Audit.Entries.Where(e => e.Action == "cell.setup").ShouldHaveSingleItem();
        entry.Outcome.ShouldBe("failed");
        entry.Detail.ShouldNotBeNull().ShouldContain("no such thing");
    }

    [Fact]
    public async Task A_changed_cell_is_welcomed_again_with_its_new_agents()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        await server.OpenAsync("c1", "bart", "lisa");
        var welcome = (await runtime.NextAsync("welcome")).GetProperty("payload");
        welcome.GetProperty("agents").EnumerateArray().Select(a => a.GetProperty("id").GetString()).ShouldBe(["bart", "lisa"]);
        var id = await server.SubmitAsync("lisa");
        (await runtime.NextTaskAsync()).ShouldBe(id);
        await server.OpenAsync("c1", "bart");
        await runtime.NextAsync("welcome");
        await server.Hub.Doors.ForgetAsync(AgentId.Parse("lisa"));
        (await server.StateAsync(id)).ShouldBe("cancelled");
        using var gone = await server.Client.GetAsync("/agents/lisa/status");
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_task_that_a_cell_brought_to_its_end_is_work_and_one_that_it_lost_is_none()
    {
        await using var server = await HubServer.StartAsync();
        var cell = await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        foreach (var (state, answered) in new[] { ("interrupted", 0), ("succeeded", 1), ("interrupted", 1), ("failed", 2) })
        {
            var id = await server.SubmitAsync("bart");
            (await runtime.NextTaskAsync()).ShouldBe(id);
            await runtime.RespondAsync(id, state);
            await runtime.NextAsync("ack");
            server.Hub.Doors.Presence(cell)!.Answered.ShouldBe(answered, state);
        }
    }

    [Fact]
    public async Task A_cell_that_is_gone_for_good_takes_its_work_with_it()
    {
        await using var server = await HubServer.StartAsync();
        var cell = await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var once = await server.SubmitAsync("bart");
        var again = await server.SubmitAsync("bart", """{"type":"exec","retry":true}""");
        var end = server.GetAsync($"/tasks/{once}?wait=20");
        await runtime.NextTaskAsync();
        await runtime.NextTaskAsync();
        await server.Hub.Doors.AbandonAsync(cell, "the cell ran out of memory");
        var task = await end;
        task.GetProperty("state").GetString().ShouldBe("interrupted");
        task.GetProperty("reason").GetString().ShouldBe("the cell ran out of memory");
        (await server.StateAsync(again)).ShouldBe("queued");
    }

    [Fact]
    public async Task A_link_that_does_not_introduce_itself_is_closed()
    {
        await using var server = await HubServer.StartAsync(new HubConfig { Patience = TimeSpan.FromMilliseconds(100) });
        await server.OpenAsync("c1", "bart");
        await using var silent = await Peer.DialAsync(server, "c1");
        await silent.Closed;
        silent.CloseCode.ShouldBe(4008);
        await using var rude = await Peer.DialAsync(server, "c1");
        await rude.SendAsync("response", new { taskId = "x" });
        await rude.Closed;
        rude.CloseCode.ShouldBe(1008);
    }

    [Fact]
    public async Task An_agent_in_its_cell_knows_itself_and_asks_others_only_over_the_bridge()
    {
        var bridge = BridgeModel.Off;
        await using var server = await HubServer.StartAsync(new HubConfig { Bridge = () => bridge });
        await server.OpenAsync("c1", "homer");
        await server.OpenAsync("c2", "bart");
        await using var bart = await Peer.RuntimeAsync(server, "c2");
        using var homer = server.CellClient("c1");
        var me = HubServer.Parse(await homer.GetStringAsync("/creel/whoami"));
        (me.GetProperty("agent").GetString(), me.GetProperty("group").GetString()).ShouldBe(("homer", "group-c1"));
        using var refused = await homer.PostAsync("/creel/agents/bart/task", HubServer.Json("""{"type":"exec"}"""));
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("tools.agentToAgent");
        bridge = new BridgeModel(true, ["homer", "bart"]);
        HubServer
            .Parse(await homer.GetStringAsync("/creel/agents"))
            .GetProperty("agents")[0]
            .GetProperty("id")
            .GetString()
            .ShouldBe("bart");
        var asking = homer.PostAsync("/creel/agents/bart/task?wait=20", HubServer.Json("""{"type":"exec"}"""));
        var id = await bart.NextTaskAsync();
        await bart.RespondAsync(id, result: new { stdout = "here" });
        var answer = HubServer.Parse(await (await asking).Content.ReadAsStringAsync()).GetProperty("task");
        answer.GetProperty("from").GetString().ShouldBe("agent:homer");
        answer.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("here");
        var other = await server.SubmitAsync("bart");
        using var hidden = await homer.GetAsync($"/creel/tasks/{other}");
        hidden.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var own = await homer.GetAsync($"/creel/tasks/{id}");
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Over_the_bridge_a_turn_has_no_more_tools_than_who_asks_for_it()
    {
        var behalf = new TurnBehalf(false) { Limits = [new ToolLimit("the room", new ToolList(Deny: ["exec"]))] };
        await using var server = await HubServer.StartAsync(
            new HubConfig { Bridge = () => new BridgeModel(true, ["*"]), Behalf = (_, _) => behalf }
        );
        await server.OpenAsync("c1", "homer");
        await server.OpenAsync("c2", "bart");
        await using var bart = await Peer.RuntimeAsync(server, "c2");
        using var homer = server.CellClient("c1");
        await PostAsync("""{"type":"turn","origin":{"owner":true},"message":"do it","origin":{"owner":true,"tools":[]}}""");
        var origin = (await bart.NextAsync(MessageTypes.Task)).GetProperty("payload").GetProperty("origin");
        origin.ToString().ShouldBe("""{"owner":false,"tools":[{"from":"the room","deny":["exec"]}]}""");
        behalf = TurnBehalf.Operator;
        await PostAsync("""{"type":"turn","message":"do it"}""");
        (await bart.NextAsync(MessageTypes.Task)).GetProperty("payload").TryGetProperty("origin", out _).ShouldBeFalse();

        async Task PostAsync(string task)
        {
            using var asked = await homer.PostAsync("/creel/agents/bart/task", HubServer.Json(task));
            asked.StatusCode.ShouldBe(HttpStatusCode.OK, await asked.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task In_a_group_the_caller_says_which_agent_it_is_and_can_not_be_somebody_elses()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "maker", "tester");
        await server.OpenAsync("c2", "bart");
        using var nobody = server.CellClient("c1");
        using var unsaid = await nobody.GetAsync("/creel/whoami");
        unsaid.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var tester = server.CellClient("c1", "tester");
        HubServer.Parse(await tester.GetStringAsync("/creel/whoami")).GetProperty("agent").GetString().ShouldBe("tester");
        using var liar = server.CellClient("c1", "bart");
        using var refused = await liar.GetAsync("/creel/whoami");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Many_cells_are_told_apart_by_their_sockets()
    {
        await using var server = await HubServer.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            await server.OpenAsync($"c{i}", $"agent-{i}");
        }

        for (var i = 0; i < 50; i++)
        {
            using var client = server.CellClient($"c{i}");
            HubServer.Parse(await client.GetStringAsync("/creel/whoami")).GetProperty("cell").GetString().ShouldBe($"c{i}");
        }
    }
}
