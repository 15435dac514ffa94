using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Creel.Server.Hub;

namespace Creel.Tests.Hub;

public sealed class BadInputTests
{
    [Theory]
    [InlineData("{bad", "line 1, byte 2")]
    [InlineData("[1]", "not an object")]
    [InlineData("\"x\"", "not an object")]
    [InlineData("{\"type\":1}", "'type' is not a string")]
    [InlineData("{}", "'type' is missing")]
    [InlineData("{\"type\":\"exec\",\"timeout\":\"soon\"}", "'timeout'")]
    [InlineData("{\"type\":\"exec\",\"timeout\":-1}", "'timeout'")]
    [InlineData("{\"type\":\"exec\",\"retry\":1}", "'retry'")]
    [InlineData("{\"type\":\"exec\"} {}", "not JSON")]
    [InlineData("{\"type\":\"exec\",\"x\":\"\\ud800\"}", null)]
    public async Task A_wrong_task_is_refused_with_its_place(string body, string? says)
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        using var answer = await server.Client.PostAsync("/agents/bart/task", HubServer.Json(body));
        if (says is null)
        {
            // A broken surrogate in a field that is not ours to read.
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            return;
        }

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(says);
    }

    [Fact]
    public async Task Deeply_nested_json_is_refused()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var deep = $"{{\"type\":\"exec\",\"x\":{new string('[', 10_000)}{new string(']', 10_000)}}}";
        using var answer = await server.Client.PostAsync("/agents/bart/task", HubServer.Json(deep));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    public static TheoryData<string> Ids =>
        new(
            "a/b",
            "..",
            "../../etc",
            "line\nbreak",
            "🦞",
            new string('x', 10_000),
            "Upper",
            "",
            " ",
            "a b",
            "a\0b",
            "-dash",
            "%2e%2e",
            "é"
        );

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task An_impossible_id_is_refused_everywhere_and_quoted_safely(string id)
    {
        await using var server = await HubServer.StartAsync();
        using var register = await server.Client.PostAsync(
            "/agents/register",
            HubServer.Json($$"""{"agentId":{{System.Text.Json.JsonSerializer.Serialize(id)}}}""")
        );
        register.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await register.Content.ReadAsStringAsync()).Length.ShouldBeLessThan(500);
        using var status = await server.Client.GetAsync($"/agents/{Uri.EscapeDataString(id)}/status");
        ((int)status.StatusCode).ShouldBeInRange(400, 499);
        using var task = await server.Client.PostAsync(
            $"/agents/{Uri.EscapeDataString(id)}/task",
            HubServer.Json("""{"type":"exec"}""")
        );
        ((int)task.StatusCode).ShouldBeInRange(400, 499);
    }

    [Fact]
    public async Task A_body_of_ten_megabytes_is_refused()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var body = $"{{\"type\":\"exec\",\"x\":\"{new string('y', 10_000_000)}\"}}";
        using var announced = await server.Client.PostAsync("/agents/bart/task", HubServer.Json(body));
        announced.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await announced.Content.ReadAsStringAsync()).ShouldContain("body-too-large");
    }

    [Fact]
    public async Task A_long_result_is_taken_and_a_long_anything_else_is_refused()
    {
        await using var server = await HubServer.StartAsync();
        var token = await server.RegisterAsync("bart");
        await using var agent = await Peer.OldAsync(server, "bart", token);
        await agent.NextAsync("status");
        var id = await server.SubmitAsync("bart");
        await agent.NextTaskAsync();
        await agent.SendAsync(
            "response",
            new
            {
                taskId = id,
                success = true,
                result = new { stdout = new string('o', 10_000_000) },
            }
        );
        await Eventually.Until(async () => await server.StateAsync(id) == "succeeded");
        await agent.SendAsync("log", new { message = new string('o', 10_000_000) });
        await agent.Closed;
        (agent.CloseCode, agent.CloseReason!).ShouldBe((1009, "only a response may be longer than 1048576 bytes"));
        await using var huge = await Peer.OldAsync(server, "bart", token);
        var sending = huge.SendAsync("response", new { taskId = id, result = new string('o', 40_000_000) });
        await huge.Closed;
        huge.CloseCode.ShouldBe(1009);
        await Should.NotThrowAsync(() => server.GetAsync("/health"));
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_client_that_sends_its_request_a_byte_at_a_time_is_cut_off()
    {
        await using var server = await HubServer.StartAsync(web: w =>
            w with
            {
                HeaderTimeout = TimeSpan.FromSeconds(1),
                BodyGrace = TimeSpan.FromSeconds(1.5),
            }
        );
        await server.OpenAsync("c1", "bart");
        (await DrippingAsync(server, "GET /health HTTP/1.1\r\n")).ShouldContain("408");
        var head =
            $"POST /agents/bart/task HTTP/1.1\r\nHost: 127.0.0.1:{server.HttpPort}\r\nAuthorization: Bearer {HubServer.Token}\r\nContent-Length: 1000\r\n\r\n{{";
        (await DrippingAsync(server, head)).ShouldContain("408");
    }

    [Fact]
    public async Task A_message_that_drips_in_is_cut_off()
    {
        await using var server = await HubServer.StartAsync(new HubConfig { Patience = TimeSpan.FromMilliseconds(200) });
        using var socket = new ClientWebSocket();
        var token = await server.RegisterAsync("bart");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.SocketPort}/agent/bart/{token}"), default);
        var buffer = new byte[4096];
        await socket.ReceiveAsync(buffer, default);
        var answer = socket.ReceiveAsync(buffer, default);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!answer.IsCompleted)
        {
            // The hub reads on for a moment after it has closed, so that its reason arrives.
            await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, default);
            await tick.WaitForNextTickAsync();
        }

        await answer;
        ((int)socket.CloseStatus!).ShouldBe(4008);
    }

    [Fact]
    public async Task Nonsense_on_a_cells_link_closes_it_with_the_reason_and_loses_nothing()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart");
        await runtime.NextTaskAsync();
        await runtime.SendTextAsync("nonsense");
        await runtime.Closed;
        runtime.CloseCode.ShouldBe(1007);
        await using var again = await Peer.RuntimeAsync(server, "c1");
        (await again.NextTaskAsync()).ShouldBe(id);
    }

    [Theory]
    [InlineData("started", """{"taskId":5}""")]
    [InlineData("output", """{"taskId":"x","stream":"stdout","offset":"no","data":"@@"}""")]
    public async Task A_wrong_payload_closes_the_link_and_not_the_hub(string type, string payload)
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        await runtime.SendTextAsync($$"""{"from":"c1","to":"host","type":"{{type}}","payload":{{payload}}}""");
        await runtime.Closed;
        runtime.CloseCode.ShouldBe(1007);
    }

    [Theory]
    [InlineData("/tasks?limit=0")]
    [InlineData("/tasks?limit=1001")]
    [InlineData("/tasks?state=odd")]
    [InlineData("/tasks?before=x")]
    [InlineData("/tasks/not-an-id")]
    [InlineData("/tasks?agent=A/B")]
    [InlineData("/audit?tail=0")]
    [InlineData("/agents/bart/streams?kind=other")]
    [InlineData("/agents/bart/streams?kind=tcp&port=70000")]
    [InlineData("/agents/bart/streams?kind=exec")]
    public async Task A_wrong_question_is_answered_with_400(string path)
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        using var answer = await server.Client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        HubServer.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
    }

    private static async Task<string> DrippingAsync(HubServer server, string start)
    {
        using var socket = new TcpClient("127.0.0.1", server.HttpPort);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(start));
        var buffer = new byte[4096];
        var answer = stream.ReadAsync(buffer).AsTask();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (!answer.IsCompleted)
        {
            await stream.WriteAsync("x"u8.ToArray());
            await tick.WaitForNextTickAsync();
        }

        return Encoding.ASCII.GetString(buffer, 0, await answer);
    }
}
