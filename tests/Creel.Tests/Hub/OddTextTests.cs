using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Server.Hub;

namespace Creel.Tests.Hub;

/// <summary>JSON that parses and yet holds no text or no number.</summary>
public class OddTextTests
{
    [Fact]
    public async Task Odd_health_breaks_no_list()
    {
        await using var server = await HubServer.StartAsync();
        var cell = await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        await using var old = await Peer.OldAsync(server, "old", await server.RegisterAsync("old"));
        string[] odd =
        [
            "{\"hostname\":\"\\ud800\"}",
            "{\"\\ud800\":1,\"cpu\":2}",
            "{\"cpu\":1e999}",
            "{\"cpu\":-1e999,\"memory\":{\"total\":1e999,\"\\udfff\":{}},\"loadAverage\":[1e999,\"\\ud800\",{}]}",
            "{\"disk\":\"\\udc00\",\"mine\":\"\\ud800\",\"cpu\":[[[]]],\"uptime\":{\"a\":\"\\ud83d\"}}",
            "[\"\\ud800\"]",
            $"{{\"hostname\":\"{new string('h', 5000)}\"}}",
            "{\"cpu\":7,\"hostname\":\"h\",\"loadAverage\":[1,2.5,3],\"memory\":{\"total\":8,\"used\":4},\"scope\":{\"cpu\":\"cell\",\"mine\":\"x\"},\"mine\":1}",
        ];
        foreach (var payload in odd)
        {
            var text = $"{{\"from\":\"x\",\"to\":\"host\",\"type\":\"health\",\"payload\":{payload}}}";
            await runtime.SendTextAsync(text);
            await old.SendTextAsync(text);
        }

        await Eventually.Until(() =>
            server.Hub.Doors.Presence(cell)!.Health is { } health
            && health.TryGetProperty("cpu", out var cpu)
            && cpu.ValueKind == JsonValueKind.Number
            && cpu.GetDouble() == 7
        );
        await Eventually.Until(async () =>
            (await server.GetAsync("/agents/old/status")).GetProperty("agent").GetProperty("health").GetProperty("cpu").ToString()
            == "7"
        );
        var told = JsonSerializer.Serialize(server.Hub.Doors.Presence(cell)!.Health);
        told.ShouldBe(
            """{"cpu":7,"memory":{"total":8,"used":4},"loadAverage":[1,2.5,3],"hostname":"h","scope":{"cpu":"cell"}}"""
        );
        foreach (var agent in (await server.GetAsync("/agents")).GetProperty("agents").EnumerateArray())
        {
            var health = agent.GetProperty("health");
            health.GetProperty("hostname").GetString().ShouldBe("h");
            health.TryGetProperty("mine", out _).ShouldBeFalse();
            health.GetRawText().Length.ShouldBeLessThan(1000);
        }
    }

    [Fact]
    public async Task Text_that_is_no_text_closes_no_old_agents_link()
    {
        var log = new LogLines();
        await using var server = await HubServer.StartAsync(log: log);
        await using var old = await Peer.OldAsync(server, "old", await server.RegisterAsync("old"));
        var id = await server.SubmitAsync("old");
        await old.NextTaskAsync();
        string[] odd =
        [
            "{\"taskId\":\"\\ud800\"}",
            "{\"\\ud800\":1}",
            "{\"taskId\":\"" + id + "\",\"state\":\"\\ud800\",\"error\":\"\\ud800\"}",
        ];
        foreach (var payload in odd)
        {
            foreach (var type in new[] { "response", "task", "health", "log" })
            {
                await old.SendTextAsync($"{{\"from\":\"x\",\"to\":\"host\",\"type\":\"{type}\",\"payload\":{payload}}}");
            }
        }

        await Eventually.Until(async () => await server.StateAsync(id) == "succeeded");
        old.Closed.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"taskId":"ID","success":false,"error":"\ud800"}""", "failed")]
    [InlineData("""{"taskId":"ID","state":"\udc00","success":true}""", "succeeded")]
    [InlineData("""{"taskId":"ID","state":"succeeded","result":{"\ud800":"\udfff"}}""", "succeeded")]
    public async Task A_result_that_is_no_text_ends_its_task_and_holds_up_no_successor(string payload, string state)
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var id = await server.SubmitAsync("bart");
        await runtime.NextTaskAsync();
        await runtime.SendTextAsync(
            $$"""{"from":"x","to":"host","type":"response","payload":{{payload.Replace("ID", id, StringComparison.Ordinal)}}}"""
        );
        await runtime.NextAsync("ack");
        (await server.StateAsync(id)).ShouldBe(state);
        await using var next = await Peer.RuntimeAsync(server, "c1");
        await server.SubmitAsync("bart");
        await next.NextTaskAsync();
    }

    [Theory]
    [InlineData("""{"agentId":"\ud800"}""")]
    [InlineData("""{"agentId":"new","metadata":{"\ud800":1}}""")]
    [InlineData("""{"agentId":"new","metadata":{"type":"\ud800"}}""")]
    public async Task A_registration_that_is_no_text_is_refused_and_its_join_token_still_good(string body)
    {
        await using var server = await HubServer.StartAsync();
        var token = (await server.PostAsync("/admin/join-tokens", "{}")).GetProperty("token").GetString();
        server.Anybody.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var refused = await server.Anybody.PostAsync("/agents/register", HubServer.Json(body));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var taken = await server.Anybody.PostAsync("/agents/register", HubServer.Json("""{"agentId":"new"}"""));
        taken.StatusCode.ShouldBe(HttpStatusCode.OK);
        await server.GetAsync("/agents");
    }
}
