using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>Cells are Docker's to run, and Docker stops, hangs, forgets, and is told things behind our back.</summary>
public class EngineTests
{
    private const string Mixed =
        "{ name: 'mixed', isolation: 'session', agents: { list: [{ id: 'bart', isolation: 'container' }, { id: 'lisa' }] } }";

    private const string Three =
        "{ name: 'three', isolation: 'container', agents: { list: [{ id: 'bart' }, { id: 'lisa' }, { id: 'homer' }] } }";

    [PublishedFact(root: true, driver: "docker")]
    public async Task An_engine_that_hangs_or_stops_is_told_of_and_its_cells_go_on_and_are_adopted()
    {
        await using var engine = new PrivateEngine();
        await engine.StartAsync();
        await using var serve = await Serve.StartAsync(variables: ("DOCKER_HOST", engine.Address));
        (await serve.UpAsync(Mixed)).ExitCode.ShouldBe(0);
        var cell = await CellAsync(serve, "bart");
        var before = serve.RuntimePids(cell);
        before.Count.ShouldBe(1);

        await engine.HangAsync();
        await SaysAsync(serve, "docker does not answer");
        (await serve.ExecAsync("bart", "echo alive")).Output.ShouldBe("alive");
        await serve.KillAsync();
        await serve.LaunchAsync();
        await SaysAsync(serve, "docker does not answer");
        (await serve.ExecAsync("bart", "echo alive")).Output.ShouldBe("alive");
        (await serve.ExecAsync("lisa", "echo alive")).Output.ShouldBe("alive");
        await engine.GoOnAsync();
        await AsBeforeAsync(serve, cell, before);

        await engine.StopAsync();
        await SaysAsync(serve, "no Docker engine answers");
        await serve.KillAsync();
        await serve.LaunchAsync();
        await SaysAsync(serve, "no Docker engine answers");
        (await serve.ExecAsync("bart", "echo alive")).Output.ShouldBe("alive");
        await engine.StartAsync();
        await AsBeforeAsync(serve, cell, before);

        (await engine.DockerAsync("rm", "--force", $"creel-bart-{cell}")).ExitCode.ShouldBe(0);
        await Serve.Until(
            async () =>
                serve.RuntimePids(cell) is [var now]
                && now != before[0]
                && (await CellsAsync(serve)).All(c => c.GetProperty("connected").GetBoolean()),
            TimeSpan.FromSeconds(60),
            "another container"
        );
    }

    [PublishedFact(root: true, driver: "docker")]
    public async Task An_engine_that_comes_after_serve_gets_its_cells_then_and_keeps_no_other_from_coming_up()
    {
        await using var engine = new PrivateEngine();
        await engine.StartAsync();
        await using var serve = await Serve.StartAsync(variables: ("DOCKER_HOST", engine.Address));
        (await serve.UpAsync(Mixed)).ExitCode.ShouldBe(0);
        var (bart, lisa) = (await CellAsync(serve, "bart"), await CellAsync(serve, "lisa"));
        await serve.KillAsync();

        // As after a start of the machine: nothing runs, and the engine is late.
        await engine.DockerAsync("rm", "--force", $"creel-bart-{bart}");
        await engine.StopAsync();
        await serve.EndCellAsync(lisa);
        await serve.LaunchAsync();
        await Serve.Until(() => serve.RuntimePids(lisa).Count == 1, TimeSpan.FromSeconds(60), "lisa, who needs no engine");
        serve.RuntimePids(bart).ShouldBeEmpty();
        await engine.StartAsync();

        await Serve.Until(() => serve.RuntimePids(bart).Count == 1, TimeSpan.FromSeconds(90), "bart");
    }

    [PublishedFact(driver: "docker")]
    public async Task A_kill_of_serve_in_the_middle_of_an_apply_is_finished_by_the_next_and_nothing_is_left_over()
    {
        await using var serve = await Serve.StartAsync();
        var file = Path.Combine(serve.Home, "habitat.json5");
        await File.WriteAllTextAsync(file, Three);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        foreach (var wait in new[] { 100, 400, 900, 1600 })
        {
            var up = serve.CommandAsync("up", file, "--yes");
            for (var waited = 0; waited < wait; waited++)
            {
                await tick.WaitForNextTickAsync();
            }

            await serve.KillAsync();
            await up;
            await serve.LaunchAsync();
            (await serve.CommandAsync("up", file, "--yes")).ExitCode.ShouldBe(0, $"killed after {wait} ms");

            foreach (var cell in await CellsAsync(serve))
            {
                var id = cell.GetProperty("id").GetString()!;
                serve.RuntimePids(id).Count.ShouldBe(1, $"killed after {wait} ms");
                (await ContainersAsync($"creel.cell={id}")).Count.ShouldBe(1, $"killed after {wait} ms");
            }

            (await CellsAsync(serve)).Count.ShouldBe(3);
            var down = serve.CommandAsync("down", "--yes");
            await serve.KillAsync();
            await down;
            await serve.LaunchAsync();
            (await serve.CommandAsync("down", "--yes")).ExitCode.ShouldBe(0);
            (await ContainersAsync($"creel.instance={await InstanceAsync(serve)}")).ShouldBeEmpty($"killed after {wait} ms");
        }
    }

    [PublishedFact(driver: "docker")]
    public async Task A_container_of_ours_that_no_record_knows_is_removed_and_another_creels_is_not()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(Three)).ExitCode.ShouldBe(0);
        var image = (await DockerAsync("images", "--format={{.Repository}}:{{.Tag}}", "creel/cell")).Split('\n')[0];
        var instance = await InstanceAsync(serve);
        var mine = await DockerAsync("create", $"--label=creel.instance={instance}", "--label=creel.cell=00000000", image, "x");
        var others = await DockerAsync("create", "--label=creel.instance=other", "--label=creel.cell=00000001", image, "x");
        try
        {
            await serve.KillAsync();
            await serve.LaunchAsync();

            (await ContainersAsync("creel.cell=00000000")).ShouldBeEmpty();
            (await ContainersAsync("creel.cell=00000001")).Count.ShouldBe(1);
            (await ContainersAsync($"creel.instance={instance}")).Count.ShouldBe(3);
        }
        finally
        {
            await DockerAsync("rm", "--force", mine);
            await DockerAsync("rm", "--force", others);
        }
    }

    [PublishedFact]
    public async Task Of_two_who_apply_at_once_one_wins_and_the_other_is_told_who()
    {
        await using var serve = await Serve.StartAsync();
        var file = Path.Combine(serve.Home, "habitat.json5");
        var agents = string.Join(", ", Enumerable.Range(0, 12).Select(i => $"{{ id: 'a{i}' }}"));
        await File.WriteAllTextAsync(file, $"{{ name: 'many', isolation: 'session', agents: {{ list: [{agents}] }} }}");

        var both = await Task.WhenAll(serve.CommandAsync("up", file, "--yes"), serve.CommandAsync("up", file, "--yes"));

        string.Join(' ', both.Select(up => up.ExitCode).Order()).ShouldBe("0 5", string.Join("\n", both.AsEnumerable()));
        both.Single(up => up.ExitCode == 5).Error.ShouldContain($"{Environment.UserName} (process ");
        (await CellsAsync(serve)).Count.ShouldBe(12);
    }

    private static async Task SaysAsync(Serve serve, string what)
    {
        var ps = await serve.CommandAsync("ps");
        ps.ExitCode.ShouldBe(0, ps.ToString());
        (ps.Output + ps.Error).ShouldContain(what);
    }

    private static async Task AsBeforeAsync(Serve serve, string cell, IReadOnlyList<int> before)
    {
        await Serve.Until(
            async () =>
                await serve.CommandAsync("plan") is { ExitCode: 0 } plan
                && plan.Output.Contains("nothing to do", StringComparison.Ordinal)
                && !plan.Error.Contains("is not known", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60),
            "everything to be as before"
        );
        serve.RuntimePids(cell).ShouldBe(before);
        (await serve.ExecAsync("bart", "echo alive")).Output.ShouldBe("alive");
    }

    private static async Task<IReadOnlyList<string>> ContainersAsync(string label) =>
        (await DockerAsync("ps", "--all", "--quiet", $"--filter=label={label}")).Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries
        );

    private static async Task<string> DockerAsync(params string[] arguments)
    {
        var answer = await Published.RunAsync("docker", Path.GetTempPath(), arguments);
        answer.ExitCode.ShouldBe(0, answer.ToString());
        return answer.Output.Trim();
    }

    private static async Task<string> InstanceAsync(Serve serve) =>
        (await File.ReadAllTextAsync(Path.Combine(serve.Home, "instance"))).Trim();

    private static async Task<string> CellAsync(Serve serve, string group) =>
        (await CellsAsync(serve)).Single(c => c.GetProperty("group").GetString() == group).GetProperty("id").GetString()!;

    private static async Task<List<JsonElement>> CellsAsync(Serve serve) =>
        [.. (await serve.GetAsync("/cells")).GetProperty("cells").EnumerateArray()];
}
