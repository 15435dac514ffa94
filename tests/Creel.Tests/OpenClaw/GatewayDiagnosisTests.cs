using Creel.Adapters.OpenClaw;
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
        steps.TakeWhile(s => s != failing).ShouldAllBe(s => s.Ok == true);
        steps.SkipWhile(s => s != failing).Skip(1).ShouldAllBe(s => s.Ok == null);
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
    }

    private static Task<IReadOnlyList<GatewayStep>> RunAsync(FakeGateway gateway, TimeSpan? greeting = null) =>
        GatewayDiagnosis.RunAsync(
            new GatewayAccess(gateway.Url) { Token = FakeGateway.Token },
            new LineTerms("1") { Greeting = greeting ?? TimeSpan.FromSeconds(10) },
            TimeProvider.System
        );
}
