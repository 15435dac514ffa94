using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>What is there after something died.</summary>
public class SurvivalTests
{
    private const string OneAgent = "{ name: 'one', isolation: 'session', agents: { list: [{ id: 'bart' }] } }";

    [PublishedFact]
    public async Task Cells_survive_a_kill_of_serve_and_are_adopted_with_their_processes()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(OneAgent)).ExitCode.ShouldBe(0);
        var cell = await CellAsync(serve);
        var before = serve.RuntimePids(cell);
        await serve.ExecAsync("bart", "sleep 600 & echo $! >sleeper");

        await serve.KillAsync();
        serve.RuntimePids(cell).ShouldBe(before);
        await serve.LaunchAsync();

        await Serve.Until(
            async () => (await CellsAsync(serve))[0].GetProperty("connected").GetBoolean(),
            TimeSpan.FromSeconds(20),
            "the adoption"
        );
        serve.RuntimePids(cell).ShouldBe(before);
        (await serve.ExecAsync("bart", "kill -0 $(cat sleeper) && echo alive")).Output.ShouldBe("alive");
    }

    [PublishedFact]
    public async Task A_task_that_runs_while_serve_dies_delivers_its_result_to_the_next_serve()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(OneAgent)).ExitCode.ShouldBe(0);
        var id = await SendAsync(serve, "bart", "touch started; while [ ! -f go ]; do sleep 0.05; done; echo made it");
        var workspace = Path.Combine(serve.Home, "workspaces", "bart");
        await Serve.Until(() => File.Exists(Path.Combine(workspace, "started")), TimeSpan.FromSeconds(20), "the task");

        await serve.KillAsync();
        await File.WriteAllTextAsync(Path.Combine(workspace, "go"), "");
        await serve.LaunchAsync();

        var task = await serve.GetAsync($"/tasks/{id}?wait=30");
        task.GetProperty("state").GetString().ShouldBe("succeeded", task.ToString());
        task.ToString().ShouldContain("made it");
    }

    [PublishedFact]
    public async Task A_cell_that_dies_is_started_again_and_its_running_task_is_interrupted_once()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(OneAgent)).ExitCode.ShouldBe(0);
        var cell = await CellAsync(serve);
        var id = await SendAsync(serve, "bart", "echo x >>effects; sleep 600");
        var effects = Path.Combine(serve.Home, "workspaces", "bart", "effects");
        await Serve.Until(() => File.Exists(effects), TimeSpan.FromSeconds(20), "the task");

        foreach (var pid in serve.RuntimePids(cell))
        {
            System.Diagnostics.Process.GetProcessById(pid).Kill();
        }

        var task = await serve.GetAsync($"/tasks/{id}?wait=60");
        task.GetProperty("state").GetString().ShouldBe("interrupted", task.ToString());
        (await serve.ExecAsync("bart", "cat effects")).Output.ShouldBe("x");
    }

    [PublishedFact]
    public async Task A_cell_that_only_ever_dies_rests_before_it_is_started_again_and_fills_no_audit()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(OneAgent)).ExitCode.ShouldBe(0);
        var cell = await CellAsync(serve);
        for (var i = 0; i < 12; i++)
        {
            await Serve.Until(
                async () =>
                    (await CellsAsync(serve))[0] is var now
                    && now.GetProperty("restarts").GetInt32() == i
                    && now.GetProperty("state").GetString() == "running"
                    && serve.RuntimePids(cell).Count > 0,
                TimeSpan.FromSeconds(90),
                $"start {i}"
            );
            foreach (var pid in serve.RuntimePids(cell))
            {
                System.Diagnostics.Process.GetProcessById(pid).Kill();
            }
        }

        await Serve.Until(
            async () => (await CellsAsync(serve))[0].GetProperty("state").GetString() == "restarting",
            TimeSpan.FromSeconds(60),
            "the rest"
        );
        (await CellsAsync(serve))[0].GetProperty("nextTry").GetInt64().ShouldBeGreaterThan(0);
        (await serve.CommandAsync("ps")).Error.ShouldContain("; it is started again in ");
        (await serve.GetAsync("/audit")).GetProperty("entries").GetArrayLength().ShouldBeLessThan(12);
        (await serve.CommandAsync("agent", "start", "bart")).ExitCode.ShouldBe(0);
        (await CellsAsync(serve))[0].GetProperty("state").GetString().ShouldBe("running", "a person need not wait");
    }

    [PublishedFact]
    public async Task A_task_that_may_run_again_does_so_after_its_cell_died()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(OneAgent)).ExitCode.ShouldBe(0);
        var cell = await CellAsync(serve);
        var id = await SendAsync(
            serve,
            "bart",
            "echo x >>effects; [ $(wc -l <effects) -gt 1 ] || sleep 600; echo second time",
            retry: true
        );
        var effects = Path.Combine(serve.Home, "workspaces", "bart", "effects");
        await Serve.Until(() => File.Exists(effects), TimeSpan.FromSeconds(20), "the task");

        foreach (var pid in serve.RuntimePids(cell))
        {
            System.Diagnostics.Process.GetProcessById(pid).Kill();
        }

        var task = await serve.GetAsync($"/tasks/{id}?wait=60");
        task.GetProperty("state").GetString().ShouldBe("succeeded", task.ToString());
        task.GetProperty("attempts").GetInt32().ShouldBe(2);
    }

    [PublishedFact]
    public async Task A_task_for_an_agent_that_is_down_is_delivered_when_it_comes_back()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(OneAgent)).ExitCode.ShouldBe(0);
        (await serve.CommandAsync("agent", "stop", "bart")).ExitCode.ShouldBe(0);

        var id = await SendAsync(serve, "bart", "echo late but here");
        (await serve.GetAsync($"/tasks/{id}")).GetProperty("state").GetString().ShouldBe("queued");
        (await serve.CommandAsync("agent", "start", "bart")).ExitCode.ShouldBe(0);

        (await serve.GetAsync($"/tasks/{id}?wait=30")).ToString().ShouldContain("late but here");
    }

    [PublishedFact]
    public async Task Down_ends_every_process_and_keeps_the_workspaces()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(OneAgent)).ExitCode.ShouldBe(0);
        var cell = await CellAsync(serve);
        await serve.ExecAsync("bart", "echo mine >kept; setsid sleep 600 >/dev/null 2>&1 &");

        (await serve.CommandAsync("down", "--yes")).ExitCode.ShouldBe(0);

        serve.RuntimePids(cell).ShouldBeEmpty();
        (await CellsAsync(serve)).ShouldBeEmpty();
        (await serve.UpAsync(OneAgent)).ExitCode.ShouldBe(0);
        (await serve.ExecAsync("bart", "cat kept")).Output.ShouldBe("mine");
    }

    [PublishedFact]
    public async Task Fifty_kills_of_hub_and_runtime_lose_nothing_and_start_nothing_twice()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(OneAgent)).ExitCode.ShouldBe(0);
        var trial = new KillTrial(
            serve,
            "bart",
            await CellAsync(serve),
            Path.Combine(serve.Home, "workspaces", "bart"),
            seed: 50
        );

        var verdict = await trial.RunAsync(50);

        verdict.Acknowledged.ShouldBeGreaterThan(50);
        verdict.Endless.ShouldBe(0, verdict.ToString());
        verdict.StartedTwice.ShouldBe(0, verdict.ToString());
        verdict.Hollow.ShouldBe(0, verdict.ToString());
        verdict.States.Keys.ShouldContain("succeeded");
    }

    private static async Task<string> SendAsync(Serve serve, string agent, string command, bool retry = false)
    {
        var payload = JsonSerializer.Serialize(
            new
            {
                type = "exec",
                command,
                retry,
            }
        );
        var result = await serve.CommandAsync("task", "send", agent, payload, "--json");
        result.ExitCode.ShouldBe(0, result.ToString());
        return JsonDocument.Parse(result.Output).RootElement.GetProperty("taskId").GetString()!;
    }

    private static async Task<string> CellAsync(Serve serve) => (await CellsAsync(serve))[0].GetProperty("id").GetString()!;

    private static async Task<List<JsonElement>> CellsAsync(Serve serve) =>
        [.. (await serve.GetAsync("/cells")).GetProperty("cells").EnumerateArray()];
}
