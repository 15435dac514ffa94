using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Tests.OpenClaw;

/// <summary>What goes wrong between a control plane and its gateway, and what comes of it.</summary>
public sealed class ControlPlaneFaultTests
{
    private static readonly AgentRegistration Lisa = new("lisa", "Lisa", "/w/lisa", new JsonObject { ["every"] = "10m" });

    [Fact]
    public async Task A_configuration_that_somebody_else_changed_is_read_again()
    {
        var (reads, patches) = (0, new List<string>());
        await using var gateway = FakeGateway.Answering(call =>
        {
            switch (call.Method)
            {
                case "config.get":
                    return FakeReply.Ok(Config("""{"lisa":{}}""", $"h{++reads}"));
                case "config.patch":
                    patches.Add((string)call.Params["baseHash"]!);
                    return patches.Count < 3
                        ? FakeReply.Refused("config changed since last load; re-run config.get and retry")
                        : FakeReply.Ok();
                default:
                    return FakeReply.Ok();
            }
        });
        await using var client = gateway.Client();
        var plane = new OpenClawControlPlane(client, TimeProvider.System);

        await plane.PatchHeartbeatsAsync([Lisa.Entry]);

        patches.ShouldBe(["h1", "h2", "h3"]);
    }

    [Fact]
    public async Task A_patch_of_which_nobody_knows_whether_it_was_heard_is_looked_up()
    {
        var (patches, done) = (0, false);
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            while (await line.ReadAsync() is { } call)
            {
                if (call.Method == "config.patch")
                {
                    patches++;
                    done = true;
                    await line.CloseAsync(1012, "service restart");
                    return;
                }

                await line.ReplyAsync(
                    call,
                    call.Method == "config.get"
                        ? FakeReply.Ok(
                            done
                                ? """{"hash":"h2","parsed":{"agents":{"entries":{"lisa":{"workspace":"/w/lisa","heartbeat":{"every":"10m"}}}}}}"""
                                : """{"hash":"h1","parsed":{"agents":{"entries":{"lisa":{}}}}}"""
                        )
                        : FakeReply.Ok()
                );
            }
        });
        await using var client = gateway.Client();
        var plane = new OpenClawControlPlane(client, TimeProvider.System);

        await plane.PatchHeartbeatsAsync([Lisa.Entry]);

        patches.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_under_whose_making_the_line_broke_is_made_once(bool heard)
    {
        var (creates, there) = (0, false);
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            while (await line.ReadAsync() is { } call)
            {
                if (call.Method == "agents.create")
                {
                    there = ++creates == 2 || heard;
                    if (creates == 1)
                    {
                        await line.CloseAsync(1001, "gone");
                        return;
                    }
                }

                await line.ReplyAsync(
                    call,
                    call.Method switch
                    {
                        "config.get" => FakeReply.Ok(Config(there ? Known : "{}")),
                        "agents.files.list" when !there => FakeReply.Refused("""agent "lisa" not found"""),
                        _ => FakeReply.Ok(),
                    }
                );
            }
        });
        await using var client = gateway.Client();
        var plane = new OpenClawControlPlane(client, TimeProvider.System);

        await plane.UpsertAgentsAsync([Lisa]);

        creates.ShouldBe(heard ? 1 : 2);
    }

    [Fact]
    public async Task A_restart_that_a_patch_brings_is_waited_for()
    {
        var restarted = false;
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            while (await line.ReadAsync() is { } call)
            {
                await line.ReplyAsync(
                    call,
                    call.Method switch
                    {
                        "config.get" => FakeReply.Ok("""{"hash":"h1","parsed":{"agents":{"entries":{"lisa":{}}}}}"""),
                        "config.patch" => FakeReply.Ok("""{"ok":true,"restart":{"ok":true,"delayMs":10}}"""),
                        _ => FakeReply.Ok(),
                    }
                );
                if (call.Method == "config.patch")
                {
                    restarted = true;
                    await line.CloseAsync(1012, "service restart");
                    return;
                }
            }
        });
        await using var client = gateway.Client();
        var plane = new OpenClawControlPlane(client, TimeProvider.System);

        await plane.PatchHeartbeatsAsync([Lisa.Entry]);

        restarted.ShouldBeTrue();
        client.Figures.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task In_the_older_dialect_many_agents_are_one_patch_and_none_is_made_before_the_one_before_is_seen()
    {
        var (calls, made, seen) = (new List<string>(), new List<string>(), new HashSet<string>());
        await using var gateway = FakeGateway.Answering(
            call =>
            {
                calls.Add(call.Method);
                switch (call.Method)
                {
                    case "config.get":
                        var list = new JsonArray([.. made.Select(id => new JsonObject { ["id"] = id })]);
                        var parsed = new JsonObject { ["agents"] = new JsonObject { ["list"] = list } };
                        return FakeReply.Ok(new JsonObject { ["hash"] = "h", ["parsed"] = parsed }.ToJsonString());
                    case "agents.create":
                        // As an older gateway does: one that is not seen yet is forgotten.
                        made.RemoveAll(id => !seen.Contains(id));
                        made.Add((string)call.Params["name"]!);
                        return FakeReply.Ok();
                    case "agents.files.list" when seen.Add((string)call.Params["agentId"]!):
                        return FakeReply.Refused($"agent \"{call.Params["agentId"]}\" not found");
                    default:
                        return FakeReply.Ok();
                }
            },
            protocol: 3
        );
        await using var client = gateway.Client();
        var plane = new OpenClawControlPlane(client, TimeProvider.System);

        await plane.UpsertAgentsAsync([.. Enumerable.Range(0, 20).Select(n => Lisa with { Id = $"a{n}", Name = $"a{n}" })]);

        made.Count.ShouldBe(20);
        calls.Count(c => c == "config.patch").ShouldBe(1);
        client.Figures.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("{}", 1)]
    [InlineData("""{"main":{}}""", 0)]
    public async Task In_the_newer_dialect_agents_are_made_by_one_patch_and_only_the_first_of_all_by_the_gateway(
        string entries,
        int creates
    )
    {
        var (calls, patches) = (new List<string>(), new List<string>());
        await using var gateway = FakeGateway.Answering(call =>
        {
            calls.Add(call.Method);
            if (call.Method == "config.patch")
            {
                patches.Add((string)call.Params["raw"]!);
            }

            return call.Method == "config.get" ? FakeReply.Ok(Config(entries)) : FakeReply.Ok();
        });
        await using var client = gateway.Client();
        var plane = new OpenClawControlPlane(client, TimeProvider.System);

        await plane.UpsertAgentsAsync([.. Enumerable.Range(0, 20).Select(n => Lisa with { Id = $"a{n}" })]);

        calls.Count(c => c == "agents.create").ShouldBe(creates);
        calls.ShouldNotContain("agents.update");
        var made = JsonNode.Parse(patches.ShouldHaveSingleItem())!["agents"]!["entries"]!.AsObject();
        made.Count.ShouldBeGreaterThanOrEqualTo(20);
        made["a7"]!
            .ToJsonString()
            .ShouldBe("""{"name":"Lisa","identity":{"name":"Lisa"},"workspace":"/w/lisa","heartbeat":{"every":"10m"}}""");
    }

    [Theory]
    [InlineData("""{"lisa":{},"moe":{}}""", "lisa, moe", 1)]
    [InlineData("""{"lisa":{},"moe":{},"bart":{"heartbeat":{"every":"5m"}}}""", "lisa", 0)]
    public async Task The_default_agent_keeps_its_heartbeat_where_another_gets_the_first_of_its_own(
        string entries,
        string patched,
        int asked
    )
    {
        var (calls, patches) = (new List<string>(), new List<string>());
        await using var gateway = FakeGateway.Answering(call =>
        {
            calls.Add(call.Method);
            switch (call.Method)
            {
                case "config.get":
                    return FakeReply.Ok(Config(entries));
                case "agents.list":
                    return FakeReply.Ok("""{"defaultId":"moe","agents":[{"id":"lisa"},{"id":"moe"}]}""");
                case "config.patch":
                    patches.Add((string)call.Params["raw"]!);
                    return FakeReply.Ok();
                default:
                    return FakeReply.Ok();
            }
        });
        await using var client = gateway.Client();
        var plane = new OpenClawControlPlane(client, TimeProvider.System);

        await plane.PatchHeartbeatsAsync([Lisa.Entry]);

        var changed = JsonNode.Parse(patches.ShouldHaveSingleItem())!["agents"]!["entries"]!.AsObject();
        string.Join(", ", changed.Select(c => c.Key)).ShouldBe(patched);
        changed["moe"]?.ToJsonString().ShouldBe("""{"heartbeat":{}}""");
        calls.Count(c => c == "agents.list").ShouldBe(asked);
    }

    private static string Config(string entries, string hash = "h") =>
        $"{{\"hash\":\"{hash}\",\"parsed\":{{\"agents\":{{\"entries\":{entries}}}}}}}";

    private const string Known = """{"lisa":{"name":"Lisa","workspace":"/w/lisa","heartbeat":{"every":"10m"}}}""";
}
