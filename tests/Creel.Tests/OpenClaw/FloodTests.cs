using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core.Gateway;
using Creel.Core.Provisioning.Gateways;
using Creel.Tests.Hub;

namespace Creel.Tests.OpenClaw;

/// <summary>Gateways that say more than anybody asked for.</summary>
public sealed class FloodTests
{
    private const int Idle = 16 * 1024;
    private const int Long = 10_000_000;

    private readonly CountingPool memory = new();
    private readonly List<string> told = [];

    /// <summary>Twice a key is an error wherever it is read.</summary>
    [Theory]
    [InlineData("""{"type":"event","event":"health","payload":{"a":1,"a":2}}""")]
    [InlineData("""{"type":"res","id":"77","ok":true,"payload":{"a":1,"a":2}}""")]
    [InlineData("""{"type":"res","id":"1","ok":true,"payload":{"a":1,"a":2}}""")]
    [InlineData("""{"payload":{"a":1,"a":2},"event":"connect.challenge","type":"event"}""")]
    public async Task Nothing_is_made_of_a_frame_that_nobody_waits_for(string said)
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            var call = (await line.ReadAsync())!;
            await line.SendAsync(said);
            await line.ReplyAsync(call, FakeReply.Ok());
            await line.ReadAsync();
        });
        await using var client = Client(gateway);

        (await client.CallAsync("health", null, CallManner.Once)).ValueKind.ShouldBe(JsonValueKind.Object);
    }

    [Fact]
    public async Task A_frame_that_nobody_asked_for_is_read_to_its_bound_and_ends_the_line()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            await line.ReadAsync();
            await line.SendAsync(Event(GatewayLimits.Payload - 100));
            await Task.Delay(Timeout.Infinite, line.Stopping);
        });
        await using var client = Client(gateway);

        var fault = await GatewayClientTests.FaultOf(() => client.CallAsync("config.get", null, CallManner.Once));

        fault.Code.ShouldBe("gateway-flood");
        fault.Message.ShouldContain($"more than {GatewayBounds.UnaskedBytes} bytes that nobody asked for");
        memory.Longest.ShouldBeLessThanOrEqualTo(2 * GatewayBounds.UnaskedBytes);
    }

    [Fact]
    public async Task More_in_a_minute_than_is_taken_ends_the_line_which_is_told_and_made_again()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            while (await line.ReadAsync() is { } call)
            {
                for (var n = 0; line.Number == 1 && n < 20; n++)
                {
                    await line.SendAsync(Event(1000));
                }

                await line.ReplyAsync(call, FakeReply.Ok());
            }
        });
        await using var client = Client(gateway, t => t with { UnaskedPerMinute = 10_000 });

        (await client.CallAsync("config.get")).ValueKind.ShouldBe(JsonValueKind.Object);

        gateway.Lines.ShouldBe(2);
        told.ShouldContain(t => t.Contains("more than 10000 bytes in a minute that nobody asked for"));
    }

    [Fact]
    public async Task A_turn_that_is_taken_again_and_again_is_a_flood_too()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            var call = (await line.ReadAsync())!;
            for (var n = 0; n < 20; n++)
            {
                await line.ReplyAsync(call, FakeReply.Ok($$"""{"status":"accepted","x":"{{new string('x', 1000)}}"}"""));
            }

            await line.ReadAsync();
        });
        await using var client = Client(gateway, t => t with { UnaskedPerMinute = 10_000 });

        (await GatewayClientTests.FaultOf(() => client.CallAsync("agent", null, CallManner.Once))).Code.ShouldBe("gateway-flood");
    }

    [Fact]
    public void Each_minute_has_its_own_bound_and_short_frames_count_too()
    {
        var time = new ShiftedTime();
        var intake = new Intake(new LineTerms("1") { UnaskedPerMinute = 10 * GatewayBounds.LeastUnasked }, time);

        Enumerable.Range(0, 10).ShouldAllBe(_ => intake.Takes(1));
        intake.Takes(1).ShouldBeFalse();
        time.Shift(TimeSpan.FromMinutes(1));
        intake.Takes(10 * GatewayBounds.LeastUnasked).ShouldBeTrue();
        intake.Takes(1).ShouldBeFalse();
    }

    [Fact]
    public async Task Before_it_lets_us_in_a_gateway_may_say_little()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.UpgradeAsync();
            await line.SendAsync(Event(GatewayLimits.FirstFrame));
            await Task.Delay(Timeout.Infinite, line.Stopping);
        });
        await using var client = Client(gateway);

        (await GatewayClientTests.FaultOf(() => client.CallAsync("health", null, CallManner.Once))).Code.ShouldBe(
            "gateway-flood"
        );
        memory.Longest.ShouldBeLessThanOrEqualTo(2 * GatewayLimits.FirstFrame);
    }

    /// <summary>Its welcome, and its events, say how each of its agents is.</summary>
    [Fact]
    public async Task A_gateway_of_many_agents_is_no_flood()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            var connect = await line.ChallengeAsync();
            await line.ReplyAsync(connect, FakeLine.Hello(4, more: $$"""{"snapshot":"{{new string('x', 1_000_000)}}"}"""));
            await line.SendAsync(Event(2_000_000));
            await line.ReplyAsync((await line.ReadAsync())!, FakeReply.Ok());
            await line.ReadAsync();
        });
        await using var client = Client(gateway);

        (await client.CallAsync("health", null, CallManner.Once)).ValueKind.ShouldBe(JsonValueKind.Object);
    }

    [Fact]
    public async Task The_memory_of_a_long_answer_is_given_back_and_all_of_it_with_the_line()
    {
        await using (
            var gateway = FakeGateway.Answering(call => new FakeReply(
                new JsonObject { ["x"] = new string('x', call.Method == "config.get" ? Long : 1) }
            ))
        )
        {
            await using (var client = Client(gateway))
            {
                (await client.CallAsync("config.get")).GetProperty("x").GetString()!.Length.ShouldBe(Long);
                memory.Longest.ShouldBeGreaterThan(Long);
                await client.CallAsync("health");
                memory.Rented.ShouldBe(Idle);
            }
        }

        memory.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_is_as_long_as_what_was_asked()
    {
        await using var gateway = FakeGateway.Answering(_ => new FakeReply(
            new JsonObject { ["x"] = new string('x', GatewayBounds.AnswerBytes) }
        ));
        await using var client = Client(gateway);

        (await client.CallAsync("agents.files.get")).ValueKind.ShouldBe(JsonValueKind.Object);
        (await GatewayClientTests.FaultOf(() => client.CallAsync("health"))).Code.ShouldBe("gateway-garbage");
    }

    [Theory]
    [InlineData("""{"type":"res","id":"7","payload":{"type":"x","id":[1]}}""", "res", "7", null)]
    [InlineData("""{"payload":[{"id":"8"}],"event":"tick","type":"event"}""", "event", null, "tick")]
    [InlineData("""{"type":7,"id":null,"event":{}}""", null, null, null)]
    [InlineData("""{"t\u0079pe":"res","id":"\u0037"}""", null, null, null)]
    [InlineData("[{\"type\":\"res\"}]", null, null, null)]
    [InlineData("42", null, null, null)]
    public void A_head_is_what_a_frame_says_of_itself(string frame, string? type, string? id, string? name)
    {
        var bytes = Encoding.UTF8.GetBytes(frame);

        FrameHead.Read(bytes, whole: true).ShouldBe(new FrameHead(type, id, name));
        for (var part = 0; part < bytes.Length; part++)
        {
            // Of a part of it nothing else is believed than of the whole.
            var head = FrameHead.Read(bytes.AsSpan(0, part), whole: false);
            (head.Type ?? type, head.Id ?? id, head.Event ?? name).ShouldBe((type, id, name));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"type\":")]
    [InlineData("{\"type\":\"res\"} {}")]
    [InlineData("{\"type\":\"event\",\"payload\":{\"x\":]}")]
    [InlineData("{\"id\":1,\"id\":\"1\"}")]
    public void What_is_no_json_or_says_twice_what_it_is_has_none(string frame) =>
        Should.Throw<JsonException>(() => FrameHead.Read(Encoding.UTF8.GetBytes(frame), whole: true));

    private static string Event(int length) =>
        $$$"""{"type":"event","event":"chat","payload":{"text":"{{{new string('x', length)}}}"}}""";

    private GatewayClient Client(FakeGateway gateway, Func<LineTerms, LineTerms>? adapt = null) =>
        gateway.Client(t => (adapt ?? (a => a))(t) with { Memory = memory, Tell = told.Add });
}
