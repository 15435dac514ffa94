using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Server.Hub;
using Creel.Server.Hub.Links;

namespace Creel.Tests.Hub;

/// <summary>An agent that owns its cell and every byte that leaves it.</summary>
public sealed class AttackTests
{
    private static readonly HubConfig Bridged = new() { Bridge = () => new BridgeModel(true, ["bart", "lisa"]) };

    [Fact]
    public async Task Before_its_hello_a_link_may_say_little()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var link = await Peer.DialAsync(server, "c1");
        await link.SendTextAsync("{\"type\":\"hello\",\"x\":\"" + new string('x', 400_000)).ContinueWith(_ => { });
        await link.Closed;
        link.CloseCode.ShouldBe(1009);
    }

    [Fact]
    public async Task A_cell_has_few_links_at_once()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var links = new List<Peer>();
        for (var i = 0; i < 4; i++)
        {
            links.Add(await Peer.DialAsync(server, "c1"));
        }

        using var client = server.CellClient("c1");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cell");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("too-many-links");
        foreach (var link in links)
        {
            await link.DisposeAsync();
        }

        await Eventually.Until(async () =>
        {
            try
            {
                await using var next = await Peer.RuntimeAsync(server, "c1");
                return true;
            }
            catch (System.Net.WebSockets.WebSocketException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task One_agent_can_not_fill_anothers_queue()
    {
        await using var server = await HubServer.StartAsync(Bridged);
        await server.OpenAsync("c1", "bart");
        await server.OpenAsync("c2", "lisa");
        using var bart = server.CellClient("c1");
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 300; i++)
        {
            using var answer = await AskAsync(bart, "lisa");
            answers.Add(answer.StatusCode);
        }

        answers.Distinct().ShouldBe([HttpStatusCode.OK, HttpStatusCode.TooManyRequests]);
        answers.Count(a => a == HttpStatusCode.OK).ShouldBe(server.Hub.Parts.Config.BridgeOpen);
        await server.Hub.Sweeper.TickAsync();
        var entries = await EntriesAsync(server);
        entries.Count.ShouldBeLessThan(100);
        var refusals = entries.Where(e => e.Action == "bridge.refuse").ToList();
        refusals.Count.ShouldBe(2);
        var refused = answers.Count(a => a == HttpStatusCode.TooManyRequests);
        refusals[1].Detail.GetProperty("repeated").GetInt32().ShouldBe(refused - 1);
    }

    [Fact]
    public async Task An_answer_makes_room_for_another_question()
    {
        await using var server = await HubServer.StartAsync(Bridged with { BridgeOpen = 1 });
        await server.OpenAsync("c1", "bart");
        await server.OpenAsync("c2", "lisa");
        using var bart = server.CellClient("c1");
        using var first = await AskAsync(bart, "lisa");
        using var second = await AskAsync(bart, "lisa");
        second.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await second.Content.ReadAsStringAsync()).ShouldContain("bridge-open");
        var id = HubServer.Parse(await first.Content.ReadAsStringAsync()).GetProperty("taskId").GetString();
        await server.PostAsync($"/tasks/{id}/cancel", "");
        await Eventually.Until(async () =>
        {
            using var third = await AskAsync(bart, "lisa");
            return third.IsSuccessStatusCode;
        });
    }

    [Fact]
    public async Task A_restart_of_the_hub_makes_no_room_for_more_questions()
    {
        var store = new MemoryStore();
        string id;
        await using (var server = await HubServer.StartAsync(Bridged with { BridgeOpen = 1 }, store))
        {
            await server.OpenAsync("c1", "bart");
            await server.OpenAsync("c2", "lisa");
            using var bart = server.CellClient("c1");
            using var first = await AskAsync(bart, "lisa");
            id = HubServer.Parse(await first.Content.ReadAsStringAsync()).GetProperty("taskId").GetString()!;
        }

        await using var next = await HubServer.StartAsync(Bridged with { BridgeOpen = 1 }, store);
        await next.OpenAsync("c1", "bart");
        await next.OpenAsync("c2", "lisa");
        using var again = next.CellClient("c1");
        using var second = await AskAsync(again, "lisa");
        (await second.Content.ReadAsStringAsync()).ShouldContain("bridge-open");
        await next.PostAsync($"/tasks/{id}/cancel", "");
        await Eventually.Until(async () =>
        {
            using var third = await AskAsync(again, "lisa");
            return third.IsSuccessStatusCode;
        });
    }

    [Fact]
    public async Task A_question_that_found_no_room_does_not_count_as_open()
    {
        await using var server = await HubServer.StartAsync(Bridged with { BridgeOpen = 2, QueueLimit = 1 });
        await server.OpenAsync("c1", "bart");
        await server.OpenAsync("c2", "lisa");
        using var bart = server.CellClient("c1");
        (await AskAsync(bart, "lisa")).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 4; i++)
        {
            using var refused = await AskAsync(bart, "lisa");
            (await refused.Content.ReadAsStringAsync()).ShouldContain("queue-full");
        }
    }

    [Fact]
    public async Task Refusals_that_repeat_themselves_are_one_entry_and_a_count()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        using var bart = server.CellClient("c1");
        for (var i = 0; i < 200; i++)
        {
            using var answer = await AskAsync(bart, $"agent-{i}");
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        await server.Hub.Sweeper.TickAsync();
        await server.Hub.Sweeper.TickAsync();
        var entries = (await EntriesAsync(server)).Where(e => e.Action == "bridge.refuse").ToList();
        entries.Count.ShouldBe(2);
        entries[1].Detail.GetProperty("repeated").GetInt32().ShouldBe(199);
    }

    [Fact]
    public async Task A_refused_question_to_a_true_agent_is_not_hidden_among_made_up_ones()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await server.OpenAsync("c2", "lisa");
        using var bart = server.CellClient("c1");
        foreach (var to in (string[])["nobody", "lisa", "nobody", "lisa", "nobody"])
        {
            using var answer = await AskAsync(bart, to);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        await server.Hub.Sweeper.TickAsync();
        var entries = (await EntriesAsync(server)).Where(e => e.Action == "bridge.refuse").ToList();
        entries.Select(e => e.Target).Order().ShouldBe(["agent:lisa", "agent:lisa", "agent:nobody", "agent:nobody"]);
    }

    [Fact]
    public async Task Results_that_wait_for_the_disk_are_not_read_without_end()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var tasks = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            tasks.Add(await server.SubmitAsync("bart"));
            await runtime.NextTaskAsync();
        }

        var gate = new TaskCompletionSource();
        var (entered, inside, most) = (0, 0, 0);
        server.Store.Tasks.BeforeComplete = async () =>
        {
            Interlocked.Increment(ref entered);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await gate.Task;
            Interlocked.Decrement(ref inside);
        };
        var text = new string('x', 8 * 1024 * 1024);
        var sending = Task.Run(async () =>
        {
            foreach (var id in tasks)
            {
                await runtime.RespondAsync(id, result: new { stdout = text });
            }
        });
        await Eventually.Until(() => entered >= 4);

        // Others are served meanwhile, and it has every chance to take more than it should.
        for (var i = 0; i < 300; i++)
        {
            await server.GetAsync("/health");
        }

        gate.SetResult();
        await sending;
        foreach (var id in tasks)
        {
            await Eventually.Until(async () => await server.StateAsync(id) == "succeeded");
        }

        most.ShouldBeLessThan(7);
    }

    [Fact]
    public async Task A_cell_that_asks_for_a_long_result_many_times_gets_it_twice_at_once()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart");
        await runtime.NextTaskAsync();
        await runtime.RespondAsync(id, result: new { stdout = new string('x', 4 * 1024 * 1024) });
        await Eventually.Until(async () => await server.StateAsync(id) == "succeeded");
        var readers = new List<Socket>();
        for (var i = 0; i < 12; i++)
        {
            var reader = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await reader.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(server.SocketFolder("c1"), "hub.sock")));
            await reader.SendAsync(
                Encoding.ASCII.GetBytes($"GET /creel/tasks/{id} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            );
            readers.Add(reader);
        }

        var buffer = new byte[64 * 1024];
        while (readers.Count > 0)
        {
            await Eventually.Until(() => readers.Any(r => r.Available > 0));
            readers.Count(r => r.Available > 0).ShouldBeLessThanOrEqualTo(2);
            var reader = readers.First(r => r.Available > 0);
            while (await reader.ReceiveAsync(buffer) > 0) { }

            readers.Remove(reader);
            reader.Dispose();
        }
    }

    [Fact]
    public async Task A_cell_has_two_questions_read_at_once_and_one_without_leave_none()
    {
        await using var server = await HubServer.StartAsync(Bridged);
        await server.OpenAsync("c1", "bart", "nelson");
        await server.OpenAsync("c2", "lisa");
        var body = """{"type":"exec","command":"true"}""";
        var asking = new List<Socket>();
        for (var i = 0; i < 6; i++)
        {
            asking.Add(await QuestionAsync(server, "bart", body.Length));
        }

        // The server says 100 when it begins to read the body.
        await Eventually.Until(() => asking.Count(a => a.Available > 0) == 2);
        using (var lisa = server.CellClient("c2"))
        {
            (await AskAsync(lisa, "bart")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        asking.Count(a => a.Available > 0).ShouldBe(2);
        await asking.First(a => a.Available > 0).SendAsync(Encoding.ASCII.GetBytes(body));
        await Eventually.Until(() => asking.Count(a => a.Available > 0) == 3);
        asking.ForEach(a => a.Dispose());

        using var nelson = await QuestionAsync(server, "nelson", 1024 * 1024);
        var answer = new byte[4096];
        Encoding.ASCII.GetString(answer, 0, await nelson.ReceiveAsync(answer)).ShouldStartWith("HTTP/1.1 403");
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_a_body_is_no_matter_for_the_log()
    {
        using var log = new LogLines();
        await using var server = await HubServer.StartAsync(Bridged, log: log);
        await server.OpenAsync("c1", "bart");
        await server.OpenAsync("c2", "lisa");

        // More than a cell may have open, so that most of them are over at the end.
        for (var left = 0; left < 200; )
        {
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(server.SocketFolder("c1"), "hub.sock")));
            await client.SendAsync(
                "POST /creel/agents/lisa/task HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n{"u8.ToArray()
            );

            // The server says so when it begins to read the body.
            left += await client.ReceiveAsync(new byte[64]) > 0 ? 1 : 0;
        }

        log.Text.ShouldNotContain("ended abnormally");
    }

    [Fact]
    public async Task A_cell_has_room_for_one_long_message_and_for_some_results()
    {
        const int Mega = 1024 * 1024;
        var intake = new Intake();
        intake.TryTake(32 * Mega).ShouldBeTrue();
        intake.TryTake(9 * Mega).ShouldBeFalse();
        intake.Give(32 * Mega);
        intake.TryTake(9 * Mega).ShouldBeTrue();
        intake.BeginResult(31 * Mega);
        intake.RoomAsync(default).IsCompleted.ShouldBeTrue();
        intake.BeginResult(2 * Mega);
        var room = intake.RoomAsync(default);
        room.IsCompleted.ShouldBeFalse();
        intake.EndResult(31 * Mega);
        await room;
    }

    /// <summary>Asks lisa, but for the body.</summary>
    private static async Task<Socket> QuestionAsync(HubServer server, string from, int length)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(server.SocketFolder("c1"), "hub.sock")));
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"POST /creel/agents/lisa/task HTTP/1.1\r\nHost: x\r\nx-creel-agent: {from}\r\nContent-Length: {length}\r\n"
                    + "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n"
            )
        );
        return socket;
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient from, string to) =>
        from.PostAsync($"/creel/agents/{to}/task", HubServer.Json("""{"type":"exec","command":"true"}"""));

    private static async Task<List<(string Action, string Target, JsonElement Detail)>> EntriesAsync(HubServer server) =>
        [
            .. (await server.GetAsync("/audit?limit=1000"))
                .GetProperty("entries")
                .EnumerateArray()
                .Select(e =>
                    (
                        e.GetProperty("action").GetString()!,
                        e.GetProperty("target").GetString()!,
                        e.GetProperty("detail") is { ValueKind: JsonValueKind.Object } detail ? detail : default
                    )
                ),
        ];
}
