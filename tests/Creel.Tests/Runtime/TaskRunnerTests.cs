using System.Text.Json;
using Creel.Core.Link;

namespace Creel.Tests.Runtime;

public sealed class TaskRunnerTests : IAsyncLifetime
{
    private CellFixture cell = null!;

    public async Task InitializeAsync() => cell = await CellFixture.StartAsync();

    public async Task DisposeAsync() => await cell.DisposeAsync();

    [Fact]
    public async Task As_many_run_as_allowed_and_the_rest_start_in_order()
    {
        await WelcomeAsync(TestHub.Policy(concurrent: 2));
        await cell.PrintAsync("mkfifo go");
        for (var i = 0; i < 5; i++)
        {
            await SubmitAsync($"t{i}", new { type = "exec", command = $"echo {i} >> order; cat go > /dev/null" });
        }

        await cell.Connection.StartedAsync("t1");
        cell.Connection.Messages.Count(m => m.Type == MessageTypes.Started && HubConnection.About(m)!.StartsWith('t'))
            .ShouldBe(2);

        await WelcomeAsync(TestHub.Policy(concurrent: 5));
        await cell.Connection.StartedAsync("t4");
        await Eventually.Until(() => File.ReadAllLines(Path.Combine(cell.Workspace, "order")).Length == 5);
        Started().ShouldBe(["t0", "t1", "t2", "t3", "t4"]);
        await File.WriteAllTextAsync(Path.Combine(cell.Workspace, "go"), "");
    }

    [Fact]
    public async Task Cancelling_ends_a_running_task_with_what_it_printed_and_a_waiting_one_before_it_starts()
    {
        await WelcomeAsync(TestHub.Policy(concurrent: 1));
        await SubmitAsync("runs", new { type = "exec", command = "echo said; sleep 600" });
        await SubmitAsync("waits", new { type = "exec", command = "echo no > never" });
        await cell.Connection.NoticeAsync(MessageTypes.Watch, "runs");
        await cell.Connection.MessageAsync(m => m.Type == MessageTypes.Output);

        await cell.Connection.NoticeAsync(MessageTypes.Cancel, "waits");
        await cell.Connection.NoticeAsync(MessageTypes.Cancel, "runs");

        var runs = await cell.Connection.ResponseAsync("runs");
        runs.GetProperty("state").GetString().ShouldBe("cancelled");
        runs.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("said");
        (await cell.Connection.ResponseAsync("waits")).GetProperty("state").GetString().ShouldBe("cancelled");
        File.Exists(Path.Combine(cell.Workspace, "never")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_timeout_kills_also_what_does_not_want_to_end()
    {
        var response = await cell.RunAsync(
            new
            {
                type = "exec",
                timeout = 200,
                command = "trap '' TERM; echo $$ > pid; while :; do sleep 0.1; done",
            }
        );
        response.GetProperty("state").GetString().ShouldBe("timed-out");
        response.GetProperty("result").GetProperty("signal").GetString().ShouldBe("SIGKILL");
        response.GetProperty("result").GetProperty("timedOut").GetBoolean().ShouldBeTrue();
        var pid = (await File.ReadAllTextAsync(Path.Combine(cell.Workspace, "pid"))).Trim();
        await Eventually.Until(() => !Directory.Exists($"/proc/{pid}"));
    }

    [Fact]
    public async Task The_policys_timeout_holds_where_a_task_names_none()
    {
        await WelcomeAsync(TestHub.Policy(timeout: 100));
        (await cell.RunAsync(new { type = "exec", command = "sleep 600" }))
            .GetProperty("state")
            .GetString()
            .ShouldBe("timed-out");
    }

    [Fact]
    public async Task A_task_that_comes_twice_starts_once()
    {
        for (var i = 0; i < 3; i++)
        {
            await SubmitAsync("t", new { type = "exec", command = "echo x >> count" });
        }

        await cell.Connection.ResponseAsync("t");
        await SubmitAsync("t", new { type = "exec", command = "echo x >> count" });
        (await cell.PrintAsync("wc -l < count")).Trim().ShouldBe("1");
    }

    [Fact]
    public async Task A_task_for_a_stranger_fails_with_its_name()
    {
        var response = await cell.Connection.RunAsync("homer", new { type = "exec", command = "true" });
        response.GetProperty("error").GetString()!.ShouldContain("'homer'");
    }

    [Fact]
    public async Task Output_is_cut_at_the_limit_and_that_is_told()
    {
        await WelcomeAsync(TestHub.Policy(output: 1000));
        var response = await cell.RunAsync(new { type = "exec", command = "yes | head -c 5000; echo small >&2" });
        response.GetProperty("success").GetBoolean().ShouldBeTrue();
        var result = response.GetProperty("result");
        result.GetProperty("stdout").GetString()!.Length.ShouldBe(999);
        result.GetProperty("truncated").GetProperty("stdout").GetBoolean().ShouldBeTrue();
        result.GetProperty("truncated").GetProperty("stderr").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_result_that_is_too_long_for_the_hub_is_cut_until_it_takes_it()
    {
        // A zero byte is six in JSON.
        var response = await cell.RunAsync(
            new { type = "exec", command = "head -c 9000000 /dev/zero; head -c 9000000 /dev/zero >&2; exit 3" }
        );
        var result = response.GetProperty("result");
        result.GetProperty("exitCode").GetInt32().ShouldBe(3);
        foreach (var stream in (string[])["stdout", "stderr"])
        {
            result.GetProperty(stream).GetString()!.Length.ShouldBeInRange(1_000_000, 8_999_999);
            result.GetProperty("truncated").GetProperty(stream).GetBoolean().ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_result_that_can_not_be_cut_is_told_to_be_too_long()
    {
        await cell.PrintAsync("head -c 9000000 /dev/zero > zeros");
        var response = await cell.RunAsync(
            new
            {
                type = "file:read",
                filePath = "zeros",
                encoding = "utf8",
            }
        );
        response.GetProperty("state").GetString().ShouldBe("failed");
        response.GetProperty("error").GetString()!.ShouldContain("takes no more");
    }

    [Fact]
    public async Task A_watcher_gets_the_output_from_its_beginning_to_its_end_before_the_response()
    {
        await cell.PrintAsync("mkfifo go");
        await SubmitAsync("t", new { type = "exec", command = "seq 1 30000; cat go; seq 30001 60000; echo e >&2" });
        await cell.Connection.StartedAsync("t");
        await cell.Connection.NoticeAsync(MessageTypes.Watch, "t");
        await cell.Connection.MessageAsync(m => m.Type == MessageTypes.Output);
        await File.WriteAllTextAsync(Path.Combine(cell.Workspace, "go"), "");
        await cell.Connection.ResponseAsync("t");

        var messages = cell.Connection.Messages;
        var response = messages.ToList().FindIndex(m => m.Type == MessageTypes.Response && HubConnection.About(m) == "t");
        var chunks = messages
            .Take(response)
            .Where(m => m.Type == MessageTypes.Output)
            .Select(m => JsonSerializer.Deserialize(m.Payload.Span, LinkJson.Default.OutputChunk)!)
            .ToList();
        var stdout = chunks.Where(c => c.Stream == "stdout").ToList();
        stdout.Aggregate(
            0L,
            (at, c) =>
            {
                c.Offset.ShouldBe(at);
                return at + c.Data.Length;
            }
        );
        var text = System.Text.Encoding.ASCII.GetString([.. stdout.SelectMany(c => c.Data)]);
        text.ShouldBe(string.Concat(Enumerable.Range(1, 60_000).Select(i => $"{i}\n")));
        chunks.Count(c => c.Stream == "stderr").ShouldBe(1);
    }

    [Fact]
    public async Task Hello_tells_what_runs_and_what_waits()
    {
        await WelcomeAsync(TestHub.Policy(concurrent: 1));
        cell.Hub.Agents[0] = cell.Hub.Agents[0] with { Policy = TestHub.Policy(concurrent: 1) };
        await SubmitAsync("a", new { type = "exec", command = "sleep 600" });
        await SubmitAsync("b", new { type = "exec", command = "true" });
        await cell.Connection.StartedAsync("a");
        await Eventually.Until(async () =>
        {
            cell.Connection.Abort();
            var number = cell.Hub.Connections.Count;
            var next = await cell.Hub.ConnectionAsync(number);
            return next.Hello!.Running.SequenceEqual(["a"]) && next.Hello.Pending.SequenceEqual(["b"]);
        });
    }

    private IEnumerable<string?> Started() =>
        cell
            .Connection.Messages.Where(m => m.Type == MessageTypes.Started)
            .Select(HubConnection.About)
            .Where(id => id!.Length == 2);

    private Task SubmitAsync(string id, object task) => cell.Connection.SubmitAsync(CellFixture.Agent, id, task);

    private Task WelcomeAsync(WelcomePolicy policy) =>
        cell.Connection.SendAsync(
            MessageTypes.Welcome,
            "cell",
            new Welcome(1, "cell", 30, [TestHub.Agent(CellFixture.Agent, cell.Workspace, policy: policy)])
        );
}
