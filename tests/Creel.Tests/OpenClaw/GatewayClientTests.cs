using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Tests.Provisioning.Lifecycle;

namespace Creel.Tests.OpenClaw;

public sealed class GatewayClientTests
{
    [Fact]
    public async Task Many_calls_go_over_one_connection_and_each_gets_its_own_answer()
    {
        await using var gateway = FakeGateway.Answering(call => FakeReply.Ok($$"""{"said":"{{call.Params["word"]}}"}"""));
        await using var client = gateway.Client();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(n => client.CallAsync("echo", new JsonObject { ["word"] = $"w{n}" }))
        );

        answers.Select(a => a.GetProperty("said").GetString()).ShouldBe(Enumerable.Range(0, 50).Select(n => $"w{n}"));
        gateway.Lines.ShouldBe(1);
        client.Figures.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task It_shows_its_token_and_asks_for_both_protocols()
    {
        var heard = new TaskCompletionSource<JsonObject>();
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync(3);
            heard.TrySetResult(line.Connect!);
            await line.ReadAsync();
        });
        await using var client = gateway.Client();

        (await client.HelloAsync()).Protocol.ShouldBe(3);

        var said = await heard.Task;
        ((int)said["minProtocol"]!, (int)said["maxProtocol"]!).ShouldBe((3, 4));
        ((string?)said["auth"]!["token"]).ShouldBe(FakeGateway.Token);
        said["client"]!["id"]!.ToString().ShouldBe("gateway-client");
        said["scopes"]!.AsArray().Select(s => (string)s!).ShouldContain("operator.admin");
        said.ContainsKey("device").ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_traced_here_is_not_told_to_a_gateway()
    {
        var head = "";
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            head = line.Head;
            await line.ReplyAsync((await line.ReadAsync())!, FakeReply.Ok());
            await line.ReadAsync();
        });
        await using var client = gateway.Client();
        using var traced = new System.Diagnostics.Activity("a task").Start();

        await client.CallAsync("health");

        head.ShouldContain("Sec-WebSocket-Key");
        head.ShouldNotContain("traceparent", Case.Insensitive);
    }

    [Fact]
    public async Task An_answer_that_comes_twice_or_for_nobody_changes_nothing()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            while (await line.ReadAsync() is { } call)
            {
                await line.ReplyAsync(call with { Id = "nobody" }, FakeReply.Ok("""{"n":0}"""));
                await line.ReplyAsync(call, FakeReply.Ok("""{"n":1}"""));
                await line.ReplyAsync(call, FakeReply.Ok("""{"n":2}"""));
            }
        });
        await using var client = gateway.Client();

        (await client.CallAsync("one")).GetProperty("n").GetInt32().ShouldBe(1);
        (await client.CallAsync("two")).GetProperty("n").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_second_challenge_changes_nothing_and_is_not_answered()
    {
        var heard = new List<string>();
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            await line.SendAsync("""{"type":"event","event":"connect.challenge","payload":{"nonce":"n2","ts":2}}""");
            while (await line.ReadAsync() is { } call)
            {
                heard.Add(call.Method);
                await line.ReplyAsync(call, FakeReply.Ok("""{"n":1}"""));
            }
        });
        await using var client = gateway.Client();

        (await client.CallAsync("one")).GetProperty("n").GetInt32().ShouldBe(1);
        (await client.CallAsync("two")).GetProperty("n").GetInt32().ShouldBe(1);
        heard.ShouldBe(["one", "two"]);
        client.Figures.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_turn_the_second_answer_counts()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            var call = (await line.ReadAsync())!;
            await line.ReplyAsync(call, FakeReply.Ok("""{"status":"accepted"}"""));
            await line.ReplyAsync(call, FakeReply.Ok("""{"status":"ok"}"""));
            await line.ReadAsync();
        });
        await using var client = gateway.Client();

        (await client.CallAsync("agent")).GetProperty("status").GetString().ShouldBe("ok");
    }

    [Fact]
    public async Task A_restart_under_a_call_that_may_be_made_twice_is_waited_out()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            var call = (await line.ReadAsync())!;
            if (line.Number == 1)
            {
                await line.SendAsync("""{"type":"event","event":"shutdown","payload":{"reason":"gateway restarting"}}""");
                await line.CloseAsync(1012, "service restart");
                return;
            }

            await line.ReplyAsync(call, FakeReply.Ok("""{"n":2}"""));
            await line.ReadAsync();
        });
        var told = new List<string>();
        await using var client = gateway.Client(t => t with { Tell = told.Add });

        (await client.CallAsync("config.get")).GetProperty("n").GetInt32().ShouldBe(2);

        client.Figures.Connections.ShouldBe(2);
        told.ShouldContain(t => t.Contains("1012") && t.Contains("config.get"));
    }

    [Fact]
    public async Task A_break_under_a_call_that_must_not_be_made_twice_is_told()
    {
        var calls = new List<string>();
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            calls.Add((await line.ReadAsync())!.Method);
            await line.CloseAsync(1012, "service restart");
        });
        await using var client = gateway.Client();

        (await FaultOf(() => client.CallAsync("agents.create"))).Code.ShouldBe("gateway-unsure");

        calls.ShouldBe(["agents.create"]);
    }

    [Fact]
    public async Task An_agent_that_was_just_made_is_asked_for_until_it_is_seen()
    {
        var asked = 0;
        await using var gateway = FakeGateway.Answering(_ =>
            ++asked < 4 ? FakeReply.Refused("agent \"lisa\" not found") : FakeReply.Ok()
        );
        await using var client = gateway.Client();

        await client.CallAsync("agents.files.set", null, new CallManner { Fresh = true });

        asked.ShouldBe(4);
        asked = 0;
        (await FaultOf(() => client.CallAsync("agents.files.set"))).Code.ShouldBe("gateway-agent");
        asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_is_not_supported_is_never_asked_for_twice()
    {
        var asked = 0;
        await using var gateway = FakeGateway.Answering(_ =>
        {
            asked++;
            return FakeReply.Refused("unsupported file \"SELF.md\"", "UNAVAILABLE", """{"retryable":true}""");
        });
        await using var client = gateway.Client();

        (await FaultOf(() => client.CallAsync("agents.files.set", null, new CallManner { Fresh = true }))).Code.ShouldBe(
            "unsupported-file"
        );
        asked.ShouldBe(1);
    }

    [Fact]
    public async Task Too_often_is_asked_again_when_the_gateway_said()
    {
        var asked = 0;
        await using var gateway = FakeGateway.Answering(_ =>
            ++asked == 1
                ? FakeReply.Refused("rate limit", "UNAVAILABLE", """{"retryable":true,"retryAfterMs":30}""")
                : FakeReply.Ok("""{"ok":true}""")
        );
        await using var client = gateway.Client();

        (await client.CallAsync("config.patch")).GetProperty("ok").GetBoolean().ShouldBeTrue();

        asked.ShouldBe(2);
    }

    [Fact]
    public async Task A_wait_that_is_longer_than_the_patience_is_told_and_not_waited_for()
    {
        await using var gateway = FakeGateway.Answering(_ =>
            FakeReply.Refused("rate limit", "UNAVAILABLE", """{"retryable":true,"retryAfterMs":59000}""")
        );
        await using var client = gateway.Client();

        var fault = await FaultOf(() =>
            client.CallAsync("config.patch", null, new CallManner { Patience = TimeSpan.FromSeconds(5) })
        );

        (fault.Code, fault.Kind).ShouldBe(("gateway-rate", FaultKind.TooMany));
        fault.Message.ShouldContain("59 s");
    }

    [Fact]
    public async Task Events_are_heard()
    {
        var heard = new TaskCompletionSource<string>();
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            await line.SendAsync("""{"type":"event","event":"config.changed","payload":{"hash":"h2"}}""");
            await line.ReadAsync();
        });
        await using var client = gateway.Client();
        client.Heard += (name, payload) =>
        {
            if (name == "config.changed")
            {
                heard.TrySetResult(payload.GetProperty("hash").GetString()!);
            }
        };

        await client.HelloAsync();

        (await heard.Task.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe("h2");
    }

    [Fact]
    public async Task What_a_gateway_repeats_of_a_token_is_not_shown()
    {
        await using var gateway = FakeGateway.Start(async line =>
            await line.ReplyAsync(
                await line.ChallengeAsync(),
                FakeReply.Refused(
                    $"unauthorized: {FakeGateway.Token} is wrong\u001b[31m",
                    more: """{"details":{"code":"AUTH_TOKEN_MISMATCH"}}"""
                )
            )
        );
        await using var client = gateway.Client();

        var fault = await FaultOf(() => client.HelloAsync());

        fault.Code.ShouldBe("gateway-token");
        fault.ToString().ShouldNotContain(FakeGateway.Token);
        fault.ToString().ShouldNotContain("\u001b");
        client.Access.ToString().ShouldNotContain(FakeGateway.Token);
        new LineTerms("1").ToString().ShouldNotContain(FakeGateway.Token);
    }

    [Fact]
    public async Task Who_waits_for_a_connection_under_way_is_told_what_became_of_it_and_tries_no_other()
    {
        var came = new TaskCompletionSource();
        await using var gateway = FakeGateway.Start(line =>
        {
            came.TrySetResult();
            return Task.Delay(Timeout.Infinite, line.Stopping);
        });
        var patience = new SteppedTime();
        await using var client = gateway.Client(time: patience);

        var first = client.HelloAsync();
        await came.Task;
        var others = Enumerable.Range(0, 3).Select(_ => client.HelloAsync()).ToList();
        patience.Step(TimeSpan.FromMinutes(1));

        foreach (var one in others.Prepend(first))
        {
            (await FaultOf(() => one.WaitAsync(TimeSpan.FromSeconds(20)))).Code.ShouldBe("gateway-silent");
        }

        gateway.Lines.ShouldBe(1);
    }

    [Fact]
    public async Task Who_gives_up_takes_the_connection_from_nobody_who_waits_for_it()
    {
        var (came, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var gateway = FakeGateway.Start(async line =>
        {
            came.TrySetResult();
            await goOn.Task;
            await line.GreetAsync();
            await line.ReadAsync();
        });
        await using var client = gateway.Client();
        using var leaves = new CancellationTokenSource();

        var first = client.HelloAsync(leaves.Token);
        await came.Task;
        var other = client.HelloAsync();
        await leaves.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        goOn.SetResult();

        (await other).Protocol.ShouldBe(4);
        gateway.Lines.ShouldBe(1);
    }

    [Fact]
    public async Task A_client_that_ends_ends_the_connection_under_way()
    {
        var came = new TaskCompletionSource();
        await using var gateway = FakeGateway.Start(line =>
        {
            came.TrySetResult();
            return Task.Delay(Timeout.Infinite, line.Stopping);
        });
        var client = gateway.Client(time: new SteppedTime());
        var waiting = client.HelloAsync();
        await came.Task;

        await client.DisposeAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        await Should.ThrowAsync<OperationCanceledException>(() => client.HelloAsync());
    }

    [Theory]
    [InlineData("unauthorized: token missing", "INVALID_REQUEST", "gateway-token")]
    [InlineData("device identity required", "NOT_PAIRED", "gateway-pairing")]
    public async Task Who_shows_nothing_is_told_what_to_give_and_how(string message, string code, string fault)
    {
        await using var gateway = FakeGateway.Start(async line =>
            await line.ReplyAsync(await line.ChallengeAsync(), FakeReply.Refused(message, code))
        );
        await using var client = gateway.Client(access: a => a with { Token = null, Name = "prod" });

        var told = await FaultOf(() => client.CallAsync("config.get"));

        (told.Code, told.Message).ShouldBe((fault, "no token was given, and the gateway lets nobody in without one"));
        var add = $"creel gateway add prod {gateway.Url.OriginalString}";
        told.Remedy.ShouldNotBeNull().ShouldContain($"{add} --token-stdin <token");
        told.Remedy.ShouldEndWith(
            $"or come as a device: {add} --device, and allow that on the gateway's machine: openclaw devices approve"
        );
    }

    [Fact]
    public async Task What_would_be_taken_instead_of_a_token_is_told_as_it_is_typed()
    {
        var (message, code) = ("device identity required", "NOT_PAIRED");
        await using var gateway = FakeGateway.Start(async line =>
            await line.ReplyAsync(await line.ChallengeAsync(), FakeReply.Refused(message, code))
        );
        var add = $"creel gateway add prod {gateway.Url.OriginalString}";
        await using var client = gateway.Client(access: a => a with { Name = "prod" });

        (await FaultOf(() => client.HelloAsync())).Remedy.ShouldBe(
            $"Come as a device: {add} --device; then allow it on the gateway's machine: openclaw devices approve"
        );
        (message, code) = ("unauthorized: token mismatch", "INVALID_REQUEST");
        (await FaultOf(() => client.HelloAsync())).Remedy.ShouldBe(
            $"Give it the token (or --password-stdin) of gateway.auth in its openclaw.json: {add} --token-stdin <token"
        );
    }

    internal static async Task<Fault> FaultOf(Func<Task> action) => (await Should.ThrowAsync<CreelException>(action)).Fault;
}
