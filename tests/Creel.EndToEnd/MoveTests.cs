using System.Net.Http.Json;
using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>An agent goes from driver to driver, and nobody who works with it notices more than a pause.</summary>
public class MoveTests
{
    private const string One = "{ name: 'one', agents: { list: [{ id: 'bart' }] } }";

    // The machine itself may be a container.
    private const string Where =
        "if [ ! -d /workspace ]; then echo host; elif [ -e /.dockerenv ]; then echo docker; else echo bubblewrap; fi";

    [PublishedFact(driver: "docker")]
    public async Task Files_and_waiting_tasks_come_along_from_bubblewrap_to_docker_to_the_host_and_back()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(One)).ExitCode.ShouldBe(0);
        await serve.ExecAsync("bart", "echo kept >mine; echo kept >$HOME/mine");
        var (level, expected) = (new[] { "container", "none", "session" }, new[] { "docker", "host", "bubblewrap" });
        for (var i = 0; i < level.Length; i++)
        {
            var running = await SendAsync(serve, $"touch started{i}; while [ ! -f go{i} ]; do sleep 0.05; done; {Where}");
            await Serve.Until(() => File.Exists(Workspace(serve, $"started{i}")), TimeSpan.FromSeconds(60), "the task");
            var move = serve.CommandAsync("move", "bart", "--to", level[i], "--grace", "100", "--yes", "--json");
            // Held as soon as the move has begun.
            await Serve.Until(
                async () => (await AuditAsync(serve)).Count(a => a == "agent.move ok") == i + 1,
                TimeSpan.FromSeconds(60),
                "the move's beginning"
            );
            var waiting = await SendAsync(serve, $"cat mine $HOME/mine; {Where}");
            (await serve.GetAsync($"/tasks/{waiting}")).GetProperty("state").GetString().ShouldBe("queued");
            await File.WriteAllTextAsync(Workspace(serve, $"go{i}"), "");

            var moved = await move;

            moved.ExitCode.ShouldBe(0, moved.ToString());
            var answer = JsonDocument.Parse(moved.Output).RootElement;
            answer.GetProperty("moved").GetBoolean().ShouldBeTrue();
            answer.GetProperty("underWay").GetInt32().ShouldBe(0);
            (await EndAsync(serve, running)).ShouldBe(("succeeded", i == 0 ? "bubblewrap" : expected[i - 1]));
            (await EndAsync(serve, waiting)).ShouldBe(("succeeded", $"kept\nkept\n{expected[i]}"));
            // One with a root of its own, and none where it runs as a process of the host from elsewhere.
            serve.RuntimePids(await CellAsync(serve)).Count.ShouldBe(expected[i] == "host" ? 0 : 1);
        }

        (await serve.CommandAsync("plan")).Output.ShouldContain("nothing to do");
    }

    [PublishedFact(driver: "docker")]
    public async Task A_move_to_an_image_that_is_missing_is_refused_before_anything_is_ended()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(One)).ExitCode.ShouldBe(0);
        await serve.ExecAsync("bart", "echo kept >mine");

        var moved = await serve.CommandAsync("move", "bart", "--to", "container", "--image", "creel.invalid/nothing:1");

        moved.ExitCode.ShouldBe(7, moved.ToString());
        moved.Error.ShouldContain("docker pull creel.invalid/nothing:1");
        (await AuditAsync(serve)).ShouldNotContain("cell.stop ok");
        (await serve.ExecAsync("bart", $"cat mine; {Where}")).Output.ShouldBe("kept\nbubblewrap");
        File.Exists(Path.Combine(serve.Home, "habitat.local.json5")).ShouldBeFalse();
        (await serve.CommandAsync("plan")).Output.ShouldContain("nothing to do");
    }

    [PublishedFact(driver: "docker")]
    public async Task A_kill_of_serve_in_the_middle_of_a_move_leaves_exactly_one_cell()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(One)).ExitCode.ShouldBe(0);
        var cell = await CellAsync(serve);
        var there = false;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        foreach (var wait in new[] { 0, 60, 150, 300, 600, 1200 })
        {
            var begun = (await AuditAsync(serve)).Count(a => a == "agent.move ok");
            var move = serve.CommandAsync("move", "bart", "--to", there ? "session" : "container", "--grace", "0");
            await Serve.Until(
                async () => move.IsCompleted || (await AuditAsync(serve)).Count(a => a == "agent.move ok") > begun,
                TimeSpan.FromSeconds(60),
                "the move's beginning"
            );
            for (var waited = 0; waited < wait; waited++)
            {
                await tick.WaitForNextTickAsync();
            }

            await serve.KillAsync();
            await move;
            await serve.LaunchAsync();

            await Serve.Until(
                async () =>
                    (await serve.CommandAsync("plan")).Output.Contains("nothing to do", StringComparison.Ordinal)
                    && (await serve.GetAsync("/cells")).GetProperty("cells")[0].GetProperty("connected").GetBoolean(),
                TimeSpan.FromSeconds(90),
                "the cell"
            );
            var local = Path.Combine(serve.Home, "habitat.local.json5");
            there = File.Exists(local) && (await File.ReadAllTextAsync(local)).Contains("container", StringComparison.Ordinal);
            (await serve.ExecAsync("bart", Where)).Output.ShouldBe(there ? "docker" : "bubblewrap", $"killed after {wait} ms");
            serve.RuntimePids(cell).Count.ShouldBe(1, $"killed after {wait} ms");
        }
    }

    private static string Workspace(Serve serve, string file) => Path.Combine(serve.Home, "workspaces", "bart", file);

    private static async Task<string> SendAsync(Serve serve, string command)
    {
        using var response = await serve.Http.PostAsJsonAsync("/agents/bart/task", new { type = "exec", command });
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("taskId").GetString()!;
    }

    private static async Task<(string State, string Output)> EndAsync(Serve serve, string id)
    {
        var task = await serve.GetAsync($"/tasks/{id}?wait=60");
        return (
            task.GetProperty("state").GetString()!,
            task.TryGetProperty("result", out var result) && result.TryGetProperty("stdout", out var text)
                ? text.GetString()!
                : task.ToString()
        );
    }

    private static async Task<string> CellAsync(Serve serve) =>
        (await serve.GetAsync("/cells")).GetProperty("cells")[0].GetProperty("id").GetString()!;

    private static async Task<IReadOnlyList<string>> AuditAsync(Serve serve) =>
        [
            .. (await serve.GetAsync("/audit?limit=1000"))
                .GetProperty("entries")
                .EnumerateArray()
                .Select(e => $"{e.GetProperty("action").GetString()} {e.GetProperty("outcome").GetString()}"),
        ];
}
