using System.Net;
using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Hub;

namespace Creel.Tests.Hub;

public sealed class DeliveryTests
{
    [Fact]
    public async Task A_task_goes_to_its_runtime_and_its_result_comes_back_and_is_acknowledged()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var answer = server.PostAsync(
            "/agents/bart/task?wait=20",
            """{"type":"exec","command":"true","taskId":"mine","id":"my-id"}"""
        );
        var message = await runtime.NextAsync("task");
        message.GetProperty("to").GetString().ShouldBe("bart");
        var payload = message.GetProperty("payload");
        payload.EnumerateObject().First().Name.ShouldBe("taskId");
        payload.GetProperty("id").GetString().ShouldBe("my-id");
        var id = payload.GetProperty("taskId").GetString()!;
        id.ShouldNotBe("mine");
        await runtime.SendAsync("started", new { taskId = id });
        await runtime.RespondAsync(
            id,
            result: new
            {
                stdout = "hi",
                stderr = "",
                exitCode = 0,
            }
        );
        (await runtime.NextAsync("ack")).GetProperty("payload").GetProperty("taskId").GetString().ShouldBe(id);
        var task = (await answer).GetProperty("task");
        task.GetProperty("state").GetString().ShouldBe("succeeded");
        task.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("hi");
        task.GetProperty("startedAt").GetInt64().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Tasks_for_an_absent_agent_wait_and_are_delivered_in_order()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var ids = new List<string>();
        for (var i = 0; i < 200; i++)
        {
            ids.Add(await server.SubmitAsync("bart"));
        }

        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        foreach (var id in ids)
        {
            (await runtime.NextTaskAsync()).ShouldBe(id);
        }
    }

    [Fact]
    public async Task Tasks_submitted_while_the_queue_drains_come_after_it()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var ids = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            ids.Add(await server.SubmitAsync("bart"));
        }

        var connecting = Peer.RuntimeAsync(server, "c1");
        for (var i = 0; i < 100; i++)
        {
            ids.Add(await server.SubmitAsync("bart"));
        }

        await using var runtime = await connecting;
        foreach (var id in ids)
        {
            (await runtime.NextTaskAsync()).ShouldBe(id);
        }
    }

    [Fact]
    public async Task A_full_queue_refuses_with_429()
    {
        await using var server = await HubServer.StartAsync(new HubConfig { QueueLimit = 3 });
        await server.OpenAsync("c1", "bart");
        for (var i = 0; i < 3; i++)
        {
            await server.SubmitAsync("bart");
        }

        using var refused = await server.Client.PostAsync("/agents/bart/task", HubServer.Json("""{"type":"exec"}"""));
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("queue-full");
    }

    [Fact]
    public async Task More_than_the_window_waits_until_something_ends()
    {
        await using var server = await HubServer.StartAsync(new HubConfig { Window = 2 });
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        await Eventually.Until(() => server.Hub.Parts.Book.Find(AgentId.Parse("bart"))!.Behind == false);
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await server.SubmitAsync("bart"));
        }

        (await server.StateAsync(ids[2])).ShouldBe("queued");
        foreach (var id in ids)
        {
            (await runtime.NextTaskAsync()).ShouldBe(id);
            await runtime.RespondAsync(id);
        }

        await Eventually.Until(async () => await server.StateAsync(ids[4]) == "succeeded");
    }

    [Fact]
    public async Task A_task_whose_connection_breaks_during_its_commit_is_delivered_to_the_next_one()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var first = await Peer.RuntimeAsync(server, "c1", "j1");
        await Eventually.Until(() => server.Hub.Parts.Book.Find(AgentId.Parse("bart"))!.Behind == false);
        var pause = new Pause();
        server.Store.Tasks.BeforeAppend = pause.PassAsync;
        var submitting = server.SubmitAsync("bart");
        await pause.Reached;
        await first.DisposeAsync();
        await Eventually.Until(() => server.Hub.Doors.Presence(new CellId("c1"))!.Connected == false);
        var connecting = Peer.RuntimeAsync(server, "c1", "j2");
        pause.Go();
        await using var second = await connecting;
        var id = await submitting;
        (await second.NextTaskAsync()).ShouldBe(id);
    }

    [Fact]
    public async Task A_lost_journal_interrupts_and_only_retry_runs_again()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var first = await Peer.RuntimeAsync(server, "c1", "j1");
        var once = await server.SubmitAsync("bart");
        var again = await server.SubmitAsync("bart", """{"type":"exec","retry":true}""");
        await first.NextTaskAsync();
        await first.NextTaskAsync();
        await first.DisposeAsync();
        await using var second = await Peer.RuntimeAsync(server, "c1", "j2");
        (await second.NextTaskAsync()).ShouldBe(again);
        (await server.StateAsync(once)).ShouldBe("interrupted");
        (await server.TaskAsync(again)).GetProperty("attempts").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task The_same_journal_settles_each_task_by_what_the_runtime_knows()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var first = await Peer.RuntimeAsync(server, "c1");
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await server.SubmitAsync("bart"));
            await first.NextTaskAsync();
        }

        await first.DisposeAsync();
        await using var second = await Peer.RuntimeAsync(
            server,
            "c1",
            running: [ids[0], Guid.NewGuid().ToString()],
            pending: [ids[1]],
            finished: [ids[2]]
        );
        var stray = await second.NextAsync();
        stray.GetProperty("type").GetString().ShouldBe("cancel");
        (await second.NextTaskAsync()).ShouldBe(ids[3]);
        (await server.StateAsync(ids[0])).ShouldBe("running");
        (await server.StateAsync(ids[1])).ShouldBe("sent");
        await second.RespondAsync(ids[2], "failed", error: "no");
        await second.NextAsync("ack");
        (await server.TaskAsync(ids[2])).GetProperty("reason").GetString().ShouldBe("no");
    }

    [Fact]
    public async Task An_interrupted_answer_of_a_task_that_may_run_again_puts_it_back()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart", """{"type":"exec","retry":true}""");
        await runtime.NextTaskAsync();
        await runtime.RespondAsync(id, "interrupted");
        var next = await runtime.NextAsync();
        next.GetProperty("type").GetString().ShouldBe("task");
        next.GetProperty("payload").GetProperty("taskId").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task An_answer_for_a_task_that_is_over_or_unknown_is_acknowledged_and_changes_nothing()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart");
        await runtime.NextTaskAsync();
        await runtime.RespondAsync(id);
        await runtime.NextAsync("ack");
        await runtime.RespondAsync(id, "failed");
        await runtime.NextAsync("ack");
        await runtime.RespondAsync("nonsense");
        await runtime.NextAsync("ack");
        (await server.StateAsync(id)).ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_cell_can_not_answer_for_another_cells_task()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await server.OpenAsync("c2", "homer");
        await using var bart = await Peer.RuntimeAsync(server, "c1");
        await using var homer = await Peer.RuntimeAsync(server, "c2", "j2");
        var id = await server.SubmitAsync("bart");
        await bart.NextTaskAsync();
        await homer.RespondAsync(id);
        await homer.NextAsync("ack");
        (await server.StateAsync(id)).ShouldBe("sent");
    }

    [Fact]
    public async Task A_new_link_waits_for_what_the_one_before_had_under_way_and_not_for_ever()
    {
        await using var server = await HubServer.StartAsync(new HubConfig { Settle = TimeSpan.FromMilliseconds(50) });
        await server.OpenAsync("c1", "bart");
        await using var first = await Peer.RuntimeAsync(server, "c1", "j1");
        var id = await server.SubmitAsync("bart");
        await first.NextTaskAsync();
        var pause = new Pause();
        server.Store.Tasks.BeforeComplete = pause.PassAsync;
        await first.RespondAsync(id);
        await pause.Reached;

        // Twice: one that gave up must not let its successor pass.
        for (var i = 0; i < 2; i++)
        {
            await using var early = await Peer.DialAsync(server, "c1");
            await early.HelloAsync("j2");
            await early.Closed;
            early.CloseCode.ShouldBe(1013);
            early.CloseReason!.ShouldContain("the link before");
        }

        pause.Go();
        await Eventually.Until(async () => await server.StateAsync(id) == "succeeded");
        await Eventually.Until(async () =>
        {
            await using var third = await Peer.DialAsync(server, "c1");
            await third.HelloAsync("j2");
            return (await Task.WhenAny(third.NextAsync("welcome"), third.Closed)) != third.Closed;
        });
        (await server.StateAsync(id)).ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_task_that_comes_while_the_queue_is_found_empty_is_not_left_behind()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var id = new TaskCompletionSource<string>();
        server.Store.Tasks.AfterLease = async taken =>
        {
            server.Store.Tasks.AfterLease = null;
            taken.ShouldBe(0);
            id.SetResult(await server.SubmitAsync("bart"));
        };
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        (await runtime.NextTaskAsync()).ShouldBe(await id.Task);
    }

    [Fact]
    public async Task A_task_that_waits_too_long_becomes_a_dead_letter_and_can_be_redriven()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var id = await server.SubmitAsync("bart", """{"type":"exec","command":"late"}""");
        var end = server.GetAsync($"/tasks/{id}?wait=20");
        server.Time.Shift(TimeSpan.FromHours(25));
        await server.Hub.Sweeper.TickAsync();
        (await end).GetProperty("state").GetString().ShouldBe("expired");
        var letter = (await server.GetAsync("/admin/dlq")).GetProperty("deadLetterQueue")[0];
        letter.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        var again = (await server.PostAsync($"/admin/dlq/{letter.GetProperty("id").GetString()}/redrive", ""))
            .GetProperty("taskId")
            .GetString()!;
        (await server.GetAsync("/admin/dlq")).GetProperty("deadLetterQueue").GetArrayLength().ShouldBe(0);
        (await server.TaskAsync(again)).GetProperty("payload").GetProperty("command").GetString().ShouldBe("late");
    }

    [Fact]
    public async Task A_result_waits_for_the_disk_and_is_acknowledged_only_then()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart");
        await runtime.NextTaskAsync();
        server.Store.Tasks.Broken = Fault.Unavailable("disk-full", "the disk is full");
        await runtime.RespondAsync(id);
        using var refused = await server.Client.PostAsync("/agents/bart/task", HubServer.Json("""{"type":"exec"}"""));
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await server.StateAsync(id)).ShouldBe("sent");
        runtime.TryNext(out _).ShouldBeFalse();
        server.Store.Tasks.Broken = null;
        await runtime.NextAsync("ack");
        (await server.StateAsync(id)).ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_runtime_that_comes_while_the_store_is_broken_is_told_to_come_again()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var first = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart");
        await first.NextTaskAsync();
        await first.DisposeAsync();
        await Eventually.Until(() => server.Hub.Doors.Presence(new CellId("c1"))!.Connected == false);
        server.Store.Tasks.Broken = Fault.Unavailable("disk-full", "the disk is full");
        await using var second = await Peer.DialAsync(server, "c1");
        await second.SendAsync(
            "hello",
            new
            {
                protocol = 1,
                version = "1",
                journal = "j1",
                running = Array.Empty<string>(),
                pending = Array.Empty<string>(),
                finished = Array.Empty<string>(),
            }
        );
        await second.Closed;
        (second.CloseCode, second.CloseReason).ShouldBe((1013, "the disk is full"));
        server.Store.Tasks.Broken = null;
        await using var third = await Peer.RuntimeAsync(server, "c1");
        (await third.NextTaskAsync()).ShouldBe(id);
    }
}
