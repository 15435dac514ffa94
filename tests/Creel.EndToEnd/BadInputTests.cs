using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>What a person or a machine gets wrong: one clear error each, and nothing is lost.</summary>
public class BadInputTests
{
    [PublishedFact]
    public async Task A_wrong_habitat_tells_every_problem_at_its_place_and_changes_nothing()
    {
        await using var serve = await Serve.StartAsync();

        var result = await serve.UpAsync("{\n  name: 'x', isolation: 'sesion',\n  agents: { list: [{ id: 'Bad Id' }] },\n}");

        result.ExitCode.ShouldBe(2, result.ToString());
        var said = result.Output + result.Error;
        said.ShouldContain("habitat.json5:2:");
        said.ShouldContain("habitat.json5:3:");
        said.ShouldContain("session");
        (await serve.GetAsync("/cells")).GetProperty("cells").GetArrayLength().ShouldBe(0);
    }

    [PublishedFact]
    public async Task A_level_that_is_not_there_is_refused_and_not_made_weaker()
    {
        await using var serve = await Serve.StartAsync();

        var result = await serve.UpAsync("{ name: 'x', isolation: 'vm', agents: { list: [{ id: 'bart' }] } }");

        result.ExitCode.ShouldBe(6, result.ToString());
        result.Error.ShouldContain("vm");
    }

    [PublishedFact]
    public async Task A_port_in_use_is_named_with_what_to_do()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var home = Directory.CreateTempSubdirectory("creel-port-").FullName;

        var run = Path.Combine(home, "run");

        var result = await Published.CreelAsync(home, "serve", "--http-port", $"{port}", "--ws-port", "0", "--run-dir", run);

        result.ExitCode.ShouldBe(5, result.ToString());
        result.Error.ShouldStartWith(
            $"creel: port {port} is in use\n",
            customMessage: "one clear error, and no stack trace before it"
        );
        Directory.Exists(run).ShouldBeFalse("what it made for sockets is gone with it");
        Directory.Delete(home, recursive: true);
    }

    [PublishedFact]
    public async Task A_second_serve_on_the_same_home_is_refused_and_the_first_goes_on()
    {
        await using var serve = await Serve.StartAsync();

        var result = await serve.CommandAsync("serve", "--http-port", "0", "--ws-port", "0");

        result.ExitCode.ShouldBe(5, result.ToString());
        result.Error.ShouldContain($"{serve.Pid}");
        (await serve.CommandAsync("ps")).ExitCode.ShouldBe(0);
    }

    [PublishedFact]
    public async Task Without_a_server_the_command_line_says_how_to_start_one()
    {
        var home = Directory.CreateTempSubdirectory("creel-none-").FullName;

        var result = await Published.CreelAsync(home, "ps");

        result.ExitCode.ShouldBe(4, result.ToString());
        result.Error.ShouldContain("creel serve");
        Directory.Delete(home, recursive: true);
    }

    [PublishedFact]
    public async Task An_agent_is_created_and_destroyed_through_the_local_file()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync("{ name: 'x', isolation: 'session', agents: { list: [{ id: 'bart' }] } }")).ExitCode.ShouldBe(0);

        var created = await serve.CommandAsync("agent", "create", "maggie");

        created.ExitCode.ShouldBe(0, created.ToString());
        (await serve.ExecAsync("maggie", "echo suck")).Output.ShouldBe("suck");
        File.Exists(Path.Combine(serve.Home, "habitat.local.json5")).ShouldBeTrue();
        var refused = await serve.CommandAsync("agent", "destroy", "bart", "--yes");
        refused.ExitCode.ShouldBe(6, refused.ToString());
        var destroyed = await serve.CommandAsync("agent", "destroy", "maggie", "--yes");
        destroyed.ExitCode.ShouldBe(0, destroyed.ToString());
        (await serve.Http.GetAsync("/agents/maggie/status")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [PublishedFact]
    public async Task A_task_that_always_kills_its_cell_ends_although_it_may_run_again()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync("{ name: 'x', isolation: 'session', agents: { list: [{ id: 'bart' }] } }")).ExitCode.ShouldBe(0);
        using var sent = await serve.Http.PostAsJsonAsync(
            "/agents/bart/task",
            new
            {
                type = "exec",
                command = "echo x >>runs; touch ready; sleep 600",
                retry = true,
            }
        );
        var id = JsonDocument.Parse(await sent.Content.ReadAsStringAsync()).RootElement.GetProperty("taskId").GetString();
        var cell = (await serve.GetAsync("/cells")).GetProperty("cells")[0].GetProperty("id").GetString()!;
        var ready = Path.Combine(serve.Home, "workspaces", "bart", "ready");

        for (var run = 0; run < 5; run++)
        {
            await Serve.Until(() => File.Exists(ready), TimeSpan.FromSeconds(30), $"run {run + 1}");
            File.Delete(ready);
            foreach (var pid in serve.RuntimePids(cell))
            {
                Process.GetProcessById(pid).Kill();
            }
        }

        var task = await serve.GetAsync($"/tasks/{id}?wait=30");
        task.GetProperty("state").GetString().ShouldBe("interrupted", task.ToString());
        (await serve.ExecAsync("bart", "wc -l <runs")).Output.Trim().ShouldBe("5");
    }
}
