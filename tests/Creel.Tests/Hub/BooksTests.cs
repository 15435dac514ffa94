using System.Text.Json;
using Creel.Core;
using Creel.Server.Hub;

namespace Creel.Tests.Hub;

public sealed class BooksTests
{
    [Fact]
    public async Task Metrics_have_the_recorded_names_and_fixed_labels()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var agent = await Peer.OldAsync(server, "homer", await server.RegisterAsync("homer"));
        await agent.NextAsync("status");
        await agent.SendAsync("made-up-type", new { });
        await server.SubmitAsync("bart");
        var id = await server.SubmitAsync("homer", """{"type":"something-new"}""");
        await agent.NextTaskAsync();
        await agent.SendAsync("response", new { taskId = id, success = true });
        await Eventually.Until(async () => await server.StateAsync(id) == "succeeded");
        var text = await server.Client.GetStringAsync("/metrics");
        foreach (
            var line in new[]
            {
                "vm_hub_messages_total{type=\"unknown\",status=\"received\"} 1",
                "vm_hub_messages_total{type=\"response\",status=\"received\"} 1",
                "vm_hub_agents{status=\"online\"} 1",
                "vm_hub_agents{status=\"offline\"} 1",
                "vm_hub_active_tasks 1",
                "creel_queue_depth{agent=\"bart\"} 1",
                "creel_task_duration_seconds_count{type=\"other\"} 1",
                "creel_reconnects_total 0",
                "creel_dead_letters 0",
                "# TYPE process_resident_memory_bytes gauge",
            }
        )
        {
            text.ShouldContain(line);
        }

        text.ShouldNotContain("made-up-type");
    }

    [Fact]
    public async Task The_book_tells_who_did_what_in_order_and_without_secrets()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart", """{"type":"exec","command":"curl -H 'X-Api-Key: hunter2hunter2'"}""");
        await runtime.NextTaskAsync();
        await runtime.RespondAsync(id, "failed", error: "login with password=hunter2hunter2 failed");
        await runtime.NextAsync("ack");
        await server.RegisterAsync("lisa");
        using var wrong = await server.Anybody.GetAsync("/agents");
        await server.PostAsync("/admin/join-tokens", "{}");
        await server.Client.DeleteAsync("/admin/dlq");
        await server.Client.DeleteAsync("/agents/lisa");
        var entries = (await server.GetAsync("/audit")).GetProperty("entries").EnumerateArray().ToList();
        entries
            .Select(e => e.GetProperty("action").GetString())
            .ShouldBe([
                "task.submit",
                "task.end",
                "agent.register",
                "auth.refuse",
                "join-token.create",
                "dlq.clear",
                "agent.deregister",
            ]);
        entries[1].GetProperty("actor").GetString().ShouldBe("agent:bart");
        entries[1].GetProperty("outcome").GetString().ShouldBe("failed");
        JsonSerializer.Serialize(entries).ShouldNotContain("hunter2");
        (await server.GetAsync("/audit?after=6")).GetProperty("entries").GetArrayLength().ShouldBe(1);
        (await server.GetAsync("/audit/verify")).GetProperty("count").GetInt64().ShouldBe(7);
    }

    [Fact]
    public async Task What_was_recorded_is_written_before_the_hub_ends()
    {
        var store = new MemoryStore();
        await using (var server = await HubServer.StartAsync(store: store))
        {
            await server.OpenAsync("c1", "bart");
            for (var i = 0; i < 700; i++)
            {
                await server.Hub.Dispatcher.SubmitAsync(
                    new Core.Work.TaskRequest(AgentId.Parse("bart"), "{\"type\":\"exec\"}"u8.ToArray(), "admin")
                );
            }
        }

        (await store.Audit.VerifyAsync()).Count.ShouldBe(700);
    }

    [Fact]
    public async Task A_ticket_completes_with_the_finished_task()
    {
        await using var server = await HubServer.StartAsync(new HubConfig());
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var ticket = await server.Hub.Dispatcher.SubmitAsync(
            new Core.Work.TaskRequest(AgentId.Parse("bart"), "{\"type\":\"exec\"}"u8.ToArray(), "admin")
        );
        await runtime.RespondAsync(await runtime.NextTaskAsync(), "timed-out", error: "too long");
        var record = await ticket.Completion;
        (record.State, record.Reason).ShouldBe((Core.Work.TaskState.TimedOut, "too long"));
        await Should.ThrowAsync<CreelException>(async () =>
            await server.Hub.Dispatcher.SubmitAsync(new Core.Work.TaskRequest(AgentId.Parse("nobody"), "{}"u8.ToArray(), "admin"))
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Agents_are_shown_with_their_tasks_but_payloads_only_to_older_clients(bool old)
    {
        await using var server = await HubServer.StartAsync(new HubConfig { OldUnauthenticated = old });
        await server.RegisterAsync("bart");
        var id = await server.SubmitAsync("bart");
        var listed = (await server.GetAsync("/agents")).GetProperty("agents")[0];
        var alone = (await server.GetAsync("/agents/bart/status")).GetProperty("agent");
        foreach (var agent in new[] { listed, alone })
        {
            var task = agent.GetProperty("currentTasks")[0];
            task.GetProperty("id").GetString().ShouldBe(id);
            task.GetProperty("type").GetString().ShouldBe("exec");
            task.TryGetProperty("payload", out _).ShouldBe(old);
        }
    }
}
