using System.Text.Json;
using Creel.Core.Link;

namespace Creel.Tests.Runtime;

public sealed class CellRuntimeTests
{
    [Fact]
    public async Task A_runtime_says_hello_and_runs_a_task()
    {
        await using var cell = await CellFixture.StartAsync();

        var response = await cell.RunAsync(new { type = "exec", command = "echo hi; echo no >&2; exit 3" });

        cell.Connection.Hello!.Protocol.ShouldBe(1);
        cell.Connection.Messages[0].Type.ShouldBe(MessageTypes.Hello);
        response.GetProperty("success").GetBoolean().ShouldBeFalse();
        response.GetProperty("state").GetString().ShouldBe("failed");
        var result = response.GetProperty("result");
        result.GetProperty("stdout").GetString().ShouldBe("hi");
        result.GetProperty("stderr").GetString().ShouldBe("no");
        result.GetProperty("exitCode").GetInt32().ShouldBe(3);
        cell.Process.Errors.ShouldNotContain("bug");
    }

    [Fact]
    public async Task A_result_that_was_not_acknowledged_comes_again_after_a_kill_and_the_task_does_not()
    {
        await using var cell = await CellFixture.StartAsync();
        cell.Connection.Acknowledges = false;
        var journal = cell.Connection.Hello!.Journal;
        await cell.Connection.SubmitAsync(CellFixture.Agent, "t1", new { type = "exec", command = "echo x >> count; echo done" });
        await cell.Connection.ResponseAsync("t1");

        cell.Process.KillHard();
        await cell.RestartAsync();

        cell.Connection.Hello!.Journal.ShouldBe(journal);
        cell.Connection.Hello.Finished.ShouldBe(["t1"]);
        var again = await cell.Connection.ResponseAsync("t1");
        again.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("done");
        await cell.Connection.SubmitAsync(CellFixture.Agent, "t1", new { type = "exec", command = "echo x >> count; echo done" });
        (await cell.PrintAsync("cat count")).ShouldBe("x");
    }

    [Fact]
    public async Task A_task_that_ran_when_the_runtime_was_killed_is_interrupted_and_starts_again_only_if_it_may()
    {
        await using var cell = await CellFixture.StartAsync();
        foreach (var id in (string[])["once", "twice"])
        {
            await cell.Connection.SubmitAsync(
                CellFixture.Agent,
                id,
                new { type = "exec", command = $"echo x >> {id}; exec sleep 600" }
            );
            await Eventually.Until(() => File.Exists(Path.Combine(cell.Workspace, id)));
        }

        cell.Process.KillHard();
        await cell.RestartAsync();

        cell.Connection.Hello!.Running.ShouldBeEmpty();
        cell.Connection.Hello.Finished.ShouldBe(["once", "twice"], ignoreOrder: true);
        (await cell.Connection.ResponseAsync("once")).GetProperty("state").GetString().ShouldBe("interrupted");
        await cell.Connection.SubmitAsync(
            CellFixture.Agent,
            "twice",
            new
            {
                type = "exec",
                command = "echo x >> twice; exec sleep 600",
                retry = true,
            }
        );
        await Eventually.Until(() => File.ReadAllLines(Path.Combine(cell.Workspace, "twice")).Length == 2);
        File.ReadAllLines(Path.Combine(cell.Workspace, "once")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_link_loses_no_task_and_starts_none_again()
    {
        await using var cell = await CellFixture.StartAsync();
        var fifo = Path.Combine(cell.Workspace, "go");
        await cell.PrintAsync("mkfifo go");
        await cell.Connection.SubmitAsync(CellFixture.Agent, "t", new { type = "exec", command = "cat go" });
        await cell.Connection.StartedAsync("t");

        cell.Connection.Abort();
        var second = await cell.Hub.ConnectionAsync(1);
        second.Hello!.Running.ShouldBe(["t"]);
        await second.SubmitAsync(CellFixture.Agent, "t", new { type = "exec", command = "cat go" });
        await File.WriteAllTextAsync(fifo, "there");

        (await second.ResponseAsync("t")).GetProperty("result").GetProperty("stdout").GetString().ShouldBe("there");
        second.Messages.Count(m => m.Type == MessageTypes.Started && HubConnection.About(m) == "t").ShouldBe(0);
    }

    [Fact]
    public async Task Told_to_end_it_ends_what_runs_reports_it_and_exits_in_order()
    {
        await using var cell = await CellFixture.StartAsync();
        await cell.Connection.SubmitAsync(
            CellFixture.Agent,
            "t",
            new { type = "exec", command = "echo printed; exec sleep 600" }
        );
        await cell.Connection.NoticeAsync(MessageTypes.Watch, "t");
        await cell.Connection.MessageAsync(m => m.Type == MessageTypes.Output);

        cell.Process.Signal(15);

        var response = await cell.Connection.ResponseAsync("t");
        response.GetProperty("state").GetString().ShouldBe("interrupted");
        response.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("printed");
        (await cell.Process.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_hub_can_end_it()
    {
        await using var cell = await CellFixture.StartAsync();
        await cell.Connection.SendAsync(MessageTypes.Stop, "cell", new { });
        (await cell.Process.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Nonsense_from_the_hub_is_dropped_and_the_link_goes_on()
    {
        await using var cell = await CellFixture.StartAsync();
        foreach (var payload in (string[])["[]", "null", "17", "\"x\"", "{\"taskId\":{}}", "{\"taskId\":null}"])
        {
            foreach (var type in (string[])["task", "ack", "cancel", "watch", "unwatch", "welcome", "nonsense"])
            {
                await cell.Connection.SendAsync(type, "bart", System.Text.Encoding.UTF8.GetBytes(payload));
            }
        }

        (await cell.PrintAsync("echo alive")).ShouldBe("alive");
        cell.Process.Errors.ShouldNotContain("bug");
    }

    [Fact]
    public async Task Health_has_the_fields_of_the_older_runtimes()
    {
        await using var cell = await CellFixture.StartAsync();
        var health = JsonDocument
            .Parse((await cell.Connection.MessageAsync(m => m.Type == MessageTypes.Health)).Payload)
            .RootElement;

        health.GetProperty("memory").GetProperty("total").GetDouble().ShouldBeGreaterThan(0);
        health.GetProperty("disk").GetProperty("total").GetDouble().ShouldBeGreaterThan(0);
        health.GetProperty("memory").GetProperty("usagePercent").GetDouble().ShouldBeInRange(0, 100);
        health.GetProperty("loadAverage").GetArrayLength().ShouldBe(3);
        health.GetProperty("scope").GetProperty("loadAverage").GetString().ShouldBe("machine");
        health.GetProperty("scope").GetProperty("disk").GetString().ShouldBe("filesystem");
        health.GetProperty("systemUptime").GetDouble().ShouldBeGreaterThan(0);
        health.GetProperty("platform").GetString().ShouldBe("linux");
        foreach (var name in (string[])["cpu", "uptime", "arch", "hostname", "timestamp"])
        {
            health.TryGetProperty(name, out _).ShouldBeTrue(name);
        }
    }

    [Fact]
    public async Task Health_comes_again_as_often_as_the_hub_asked_for()
    {
        await using var cell = await CellFixture.StartAsync();
        await cell.Connection.SendAsync(MessageTypes.Welcome, "cell", new Welcome(1, "cell", 1, cell.Hub.Agents));

        // One for each welcome, and then by themselves.
        await Eventually.Until(() => cell.Connection.Messages.Count(m => m.Type == MessageTypes.Health) >= 4);
    }

    [Fact]
    public async Task It_tells_its_version_and_what_is_wrong_with_its_settings()
    {
        using var version = RuntimeProcess.Start([], "--version");
        (await version.OutputAsync()).Trim().ShouldMatch(@"^\d+\.\d+\.\d+");
        (await version.ExitAsync()).ShouldBe(0);

        using var nothing = RuntimeProcess.Start([]);
        (await nothing.ExitAsync()).ShouldBe(2);
        nothing.Errors.ShouldContain("CREEL_HUB_SOCKET");
    }

    [Fact]
    public async Task Two_runtimes_never_share_a_state_folder()
    {
        await using var cell = await CellFixture.StartAsync();
        using var second = RuntimeProcess.Start(cell.Socket, cell.State);
        (await second.ExitAsync()).ShouldBe(5);
        second.Errors.ShouldContain("Another runtime");
    }
}
