using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace Creel.Tests.Hub;

public sealed class TaskEventTests
{
    [Fact]
    public async Task A_watcher_sees_state_output_and_end()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart");
        await runtime.NextTaskAsync();
        var first = ReadAsync(server, id);
        await runtime.NextAsync("watch");
        await runtime.SendAsync(
            "output",
            new
            {
                taskId = id,
                stream = "stdout",
                offset = 0,
                data = Base64("one "),
            }
        );
        var second = ReadAsync(server, id);
        await runtime.NextAsync("watch");

        // For the second watcher the runtime begins again; the first is not shown anything twice.
        await runtime.SendAsync(
            "output",
            new
            {
                taskId = id,
                stream = "stdout",
                offset = 0,
                data = Base64("one two"),
            }
        );
        await runtime.SendAsync(
            "output",
            new
            {
                taskId = id,
                stream = "stderr",
                offset = 0,
                data = Base64("oops"),
            }
        );
        await runtime.RespondAsync(
            id,
            result: new
            {
                stdout = "one two",
                stderr = "oops",
                exitCode = 0,
            }
        );
        foreach (var events in new[] { await first, await second })
        {
            Output(events, "stdout").ShouldBe("one two");
            Output(events, "stderr").ShouldBe("oops");
            events[0].Name.ShouldBe("state");
            events[^1].Name.ShouldBe("end");
            events[^1].Data.GetProperty("state").GetString().ShouldBe("succeeded");
        }
    }

    [Fact]
    public async Task A_finished_task_shows_its_output_from_the_result()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart");
        await runtime.NextTaskAsync();
        await runtime.RespondAsync(
            id,
            result: new
            {
                stdout = "all of it",
                stderr = "",
                exitCode = 0,
            }
        );
        await runtime.NextAsync("ack");
        var events = await ReadAsync(server, id);
        Output(events, "stdout").ShouldBe("all of it");
        events.Select(e => e.Name).ShouldBe(["state", "output", "end"]);
    }

    [Fact]
    public void A_task_of_which_pieces_were_missed_is_asked_for_again()
    {
        var events = new Creel.Server.Hub.Tasks.TaskEvents();
        events.Output(new Core.Link.OutputChunk("t", "stdout", 5, [1, 2]));
        events.TakeMissed().ShouldBeTrue();
        events.TakeMissed().ShouldBeFalse();
        events.Output(new Core.Link.OutputChunk("t", "stdout", 0, [9, 9, 9, 9, 9, 1, 2]));
        events.TryTake(out var next).ShouldBeTrue();
        next.Output!.Data.Length.ShouldBe(7);
    }

    [Theory]
    [InlineData(16384)]
    [InlineData(1)]
    public void A_watcher_that_does_not_read_holds_a_megabyte_and_few_pieces_at_most(int size)
    {
        var events = new Creel.Server.Hub.Tasks.TaskEvents();
        for (var i = 0; i < 10_000; i++)
        {
            events.Output(new Core.Link.OutputChunk("t", "stdout", (long)i * size, new byte[size]));
        }

        var (held, pieces) = (0, 0);
        while (events.TryTake(out var next))
        {
            held += next.Output!.Data.Length;
            pieces++;
        }

        pieces.ShouldBeLessThan(5000);

        held.ShouldBeLessThan(2 * 1024 * 1024);
        events.TakeMissed().ShouldBeTrue();
    }

    [Fact]
    public async Task A_wait_that_is_over_first_answers_with_the_task_as_it_is()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var answer = await server.PostAsync("/agents/bart/task?wait=1", """{"type":"exec"}""");
        answer.GetProperty("queued").GetBoolean().ShouldBeTrue();
        answer.GetProperty("task").GetProperty("state").GetString().ShouldBe("queued");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Output(List<(string Name, JsonElement Data)> events, string stream) =>
        string.Concat(
            events
                .Where(e => e.Name == "output" && e.Data.GetProperty("stream").GetString() == stream)
                .Select(e => Encoding.UTF8.GetString(e.Data.GetProperty("data").GetBytesFromBase64()))
        );

    private static async Task<List<(string Name, JsonElement Data)>> ReadAsync(HubServer server, string id)
    {
        var events = new List<(string, JsonElement)>();
        await using var body = await server.Client.GetStreamAsync($"/tasks/{id}/events");
        await foreach (var item in SseParser.Create(body).EnumerateAsync())
        {
            events.Add((item.EventType, HubServer.Parse(item.Data)));
        }

        return events;
    }
}
