using Creel.Adapters.OpenClaw;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Tests.OpenClaw;

public sealed class GatewayDiagnosisTests
{
    [Fact]
    public async Task One_that_works_is_told_step_by_step()
    {
        var calls = new List<string>();
        await using var gateway = FakeGateway.Answering(call =>
        {
            calls.Add(call.Method);
            return call.Method == "config.get"
                ? FakeReply.Ok("""{"parsed":{"agents":{"entries":{"main":{},"bart":{}}}}}""")
                : FakeReply.Refused($"agent \"{call.Params["agentId"]}\" not found");
        });

        var steps = await RunAsync(gateway);

        steps.ShouldAllBe(s => s.Ok == true);
        steps
            .Select(s => s.Name)
            .ShouldBe(["address", "connection", "answer", "protocol", "auth", "pairing", "scopes", "version"]);
        steps[^1].Text.ShouldBe("2026.9.6; 2 agents in agents.entries");
        calls.ShouldBe(["agents.update", "config.get"]);
    }

    [Theory]
    [InlineData("missing scope: operator.admin", "scopes", "gateway-scope")]
    [InlineData("unauthorized: token mismatch", "auth", "gateway-token")]
    public async Task A_refusal_is_told_at_its_step(string message, string step, string code)
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            if (step == "auth")
            {
                await line.ReplyAsync(await line.ChallengeAsync(), FakeReply.Refused(message));
                return;
            }

            await line.GreetAsync();
            await line.ReplyAsync((await line.ReadAsync())!, FakeReply.Refused(message));
            await line.ReadAsync();
        });

        var steps = await RunAsync(gateway);

        var failing = steps.Single(s => s.Ok == false);
        (failing.Name, failing.Code).ShouldBe((step, code));
        failing.Remedy.ShouldNotBeNullOrEmpty();
        // Who is not let in has been told nothing that is proven.
        steps.TakeWhile(s => s != failing).SingleOrDefault(s => s.Ok != true)?.Name.ShouldBe("protocol");
        (steps.Single(s => s.Name == "protocol").Ok == true).ShouldBe(step == "scopes");
        steps.SkipWhile(s => s != failing).Skip(1).ShouldAllBe(s => s.Ok == null);
    }

    [Theory]
    [InlineData("unauthorized: token missing", "INVALID_REQUEST")]
    [InlineData("device identity required", "NOT_PAIRED")]
    public void Who_showed_nothing_is_told_so_and_what_to_show(string message, string code)
    {
        var steps = GatewaySteps.Failed(
            new GatewayAccess(new Uri("ws://127.0.0.1:18789")),
            new GatewayRefusal("connect", code, message).ToFault(),
            new GatewayProof(true, false, true, null)
        );

        var failing = steps.Single(s => s.Ok == false);
        // Nobody there can let in who has no device: there is nothing to wait for.
        (failing.Name, failing.Text).ShouldBe(("auth", "no token was given, and the gateway lets nobody in without one"));
        failing.Remedy.ShouldNotBeNull().IndexOf("--token-stdin", StringComparison.Ordinal).ShouldBeInRange(0, 80);
        steps.ShouldNotContain(s => s.Text == "it takes what it was shown");
    }

    [Fact]
    public async Task One_that_is_too_old_is_told()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync(3, "2026.1.30");
            while (await line.ReadAsync() is { } call)
            {
                await line.ReplyAsync(call, call.Method == "config.get" ? FakeReply.Ok() : FakeReply.Refused("unknown agent id"));
            }
        });

        var steps = await RunAsync(gateway);

        steps.Single(s => s.Ok == false).Code.ShouldBe("gateway-version");
    }

    [Fact]
    public async Task One_that_falls_silent_is_told()
    {
        await using var gateway = FakeGateway.Start(line => Task.Delay(Timeout.Infinite, line.Stopping));

        var steps = await RunAsync(gateway, TimeSpan.FromMilliseconds(200));

        steps.Single(s => s.Ok == false).Code.ShouldBe("gateway-silent");
        steps.TakeWhile(s => s.Ok != false).Select(s => (s.Name, s.Ok)).ShouldBe([("address", true), ("connection", true)]);
    }

    [Fact]
    public void Of_what_nobody_answered_nothing_is_said_to_be_well()
    {
        var access = new GatewayAccess(new Uri("wss://claw.example:18789")) { Token = "x" };

        var silent = GatewaySteps.Failed(access, Fault.Unavailable("gateway-silent", "it says nothing"), GatewayProof.None);
        var unpaired = GatewaySteps.Failed(
            access,
            new GatewayRefusal("connect", "NOT_PAIRED", "pairing required").ToFault(),
            new GatewayProof(true, true, true, null)
        );

        silent.Where(s => s.Ok == true).Select(s => s.Name).ShouldBe(["address"]);
        unpaired.Where(s => s.Ok == true).Select(s => s.Name).ShouldBe(["address", "connection", "tls", "answer"]);
    }

    [Fact]
    public async Task One_with_more_agents_than_are_taken_is_told_at_its_configuration()
    {
        var many = string.Join(',', Enumerable.Range(0, GatewayBounds.Agents + 1).Select(n => $"\"a{n}\":{{}}"));
        await using var gateway = FakeGateway.Answering(call =>
            call.Method == "config.get"
                ? FakeReply.Ok($"{{\"parsed\":{{\"agents\":{{\"entries\":{{{many}}}}}}}}}")
                : FakeReply.Refused("unknown agent id")
        );

        var failing = (await RunAsync(gateway)).Single(s => s.Ok == false);

        (failing.Name, failing.Code).ShouldBe(("version", "gateway-roster"));
    }

    [Fact]
    public async Task What_it_calls_itself_hides_nothing()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync(4, "2026.9.6\u202e\u200b(safe)");
            while (await line.ReadAsync() is { } call)
            {
                await line.ReplyAsync(call, call.Method == "config.get" ? FakeReply.Ok() : FakeReply.Refused("unknown agent id"));
            }
        });

        (await RunAsync(gateway))[^1].Text.ShouldStartWith("2026.9.6(safe); ");
    }

    [Fact]
    public async Task One_that_lets_in_and_then_says_nothing_is_told_within_the_trials_time()
    {
        await using var gateway = FakeGateway.Answering(_ => null);

        var steps = await GatewayDiagnosis
            .RunAsync(
                new GatewayAccess(gateway.Url) { Token = FakeGateway.Token },
                new LineTerms("1") { Trying = TimeSpan.FromMilliseconds(300) },
                TimeProvider.System
            )
            .WaitAsync(TimeSpan.FromSeconds(10));

        steps.Single(s => s.Ok == false).Code.ShouldBe("gateway-silent");
        (new LineTerms("1").Trying + TimeSpan.FromSeconds(5)).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Nobody_is_led_to_another_address()
    {
        await using var other = FakeGateway.Start(line => line.GreetAsync());
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.Stream.ReadAtLeastAsync(new byte[64 * 1024], 1);
            await line.Stream.WriteAsync(
                System.Text.Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{other.Port}/\r\nContent-Length: 0\r\n\r\n"
                )
            );
        });

        var steps = await RunAsync(gateway);

        other.Lines.ShouldBe(0);
        var failing = steps.Single(s => s.Ok == false);
        (failing.Name, failing.Code).ShouldBe(("address", "gateway-moved"));
        failing.Text.ShouldContain("302");
        steps.Skip(1).ShouldAllBe(s => s.Ok == null);
    }

    [Theory]
    [InlineData("unauthorized: ", "INVALID_REQUEST", "{}")]
    [InlineData("", "NOT_PAIRED", """{"details":{"requestId":"LONG","reason":"LONG"}}""")]
    public async Task A_gateways_own_words_are_cut(string message, string code, string more)
    {
        var words = string.Concat(Enumerable.Repeat("x\u202e[y] ", 100));
        await using var gateway = FakeGateway.Start(async line =>
            await line.ReplyAsync(
                await line.ChallengeAsync(),
                FakeReply.Refused(message + words, code, more.Replace("LONG", words, StringComparison.Ordinal))
            )
        );

        var failing = (await RunAsync(gateway)).Single(s => s.Ok == false);

        foreach (var said in new[] { failing.Text, failing.Remedy ?? "" })
        {
            said.Length.ShouldBeLessThanOrEqualTo(200);
            said.ShouldNotContain("\u202e");
        }
    }

    private static Task<IReadOnlyList<GatewayStep>> RunAsync(FakeGateway gateway, TimeSpan? greeting = null) =>
        GatewayDiagnosis.RunAsync(
            new GatewayAccess(gateway.Url) { Token = FakeGateway.Token },
            new LineTerms("1") { Greeting = greeting ?? TimeSpan.FromSeconds(10) },
            TimeProvider.System
        );
}
