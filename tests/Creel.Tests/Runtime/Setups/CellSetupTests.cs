using System.Text.Json;
using Creel.Core.Link;

namespace Creel.Tests.Runtime.Setups;

public sealed class CellSetupTests
{
    [Fact]
    public async Task It_runs_before_the_first_task_with_the_cells_variables_in_the_workspace()
    {
        await using var cell = await CellFixture.StartAsync();
        await cell.PrintAsync("mkfifo go");
        await WelcomeAsync(cell, "cat go > /dev/null; echo $STAGE > made", "m1", ("STAGE", "lab"));
        await cell.Connection.SubmitAsync(CellFixture.Agent, "t", new { type = "exec", command = "cat made; echo $STAGE $HOME" });
        await HealthAsync(cell, "running");
        cell.Connection.Messages.ShouldNotContain(m => m.Type == MessageTypes.Started && HubConnection.About(m) == "t");

        await File.WriteAllTextAsync(Path.Combine(cell.Workspace, "go"), "");

        var response = await cell.Connection.ResponseAsync("t");
        response.GetProperty("result").GetProperty("stdout").GetString().ShouldBe($"lab\nlab {cell.State}/home");
        await HealthAsync(cell, "done");
    }

    [Fact]
    public async Task What_has_run_is_not_run_again_by_the_next_runtime_but_another_one_is()
    {
        await using var cell = await CellFixture.StartAsync();
        (cell.Hub.Setup, cell.Hub.Variables) = (new WelcomeSetup("echo x >> count", "m1"), null);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await cell.RestartAsync();
            (await cell.PrintAsync("cat count")).ShouldBe("x");
        }

        cell.Hub.Setup = new WelcomeSetup("echo y >> count", "m2");
        await cell.RestartAsync();
        (await cell.PrintAsync("cat count")).ShouldBe("x\ny");
        cell.Process.Errors.ShouldNotContain("bug");
    }

    [Fact]
    public async Task A_task_put_something_else_in_the_place_of_its_mark()
    {
        await using var cell = await CellFixture.StartAsync();
        cell.Hub.Setup = new WelcomeSetup("echo x >> count", "m1");
        await cell.RestartAsync();
        await cell.PrintAsync("rm $HOME/../setup; mkfifo $HOME/../setup");
        await cell.RestartAsync();
        (await cell.PrintAsync("cat count")).ShouldBe("x\nx");
    }

    [Fact]
    public async Task Where_it_fails_tasks_are_told_with_its_last_words_and_the_next_runtime_tries_again()
    {
        await using var cell = await CellFixture.StartAsync();
        const string Command = """printf 'first\n\033[31mno such thing\033[0m\n' >&2; test -e mended || exit 3""";
        cell.Hub.Setup = new WelcomeSetup(Command, "m1");
        await cell.RestartAsync();
        await HealthAsync(cell, "failed");

        foreach (var type in (string[])["exec", "turn"])
        {
            var response = await cell.RunAsync(
                new
                {
                    type,
                    command = "true",
                    message = "hi",
                }
            );
            response.GetProperty("state").GetString().ShouldBe("failed");
            var error = response.GetProperty("error").GetString().ShouldNotBeNull();
            error.ShouldContain("exit code 3: first / no such thing");
            error.ShouldContain("creel agent restart");
        }

        await File.WriteAllTextAsync(Path.Combine(cell.Workspace, "mended"), "");
        await cell.RestartAsync();
        (await cell.PrintAsync("echo ready")).ShouldBe("ready");
    }

    [Fact]
    public async Task A_mended_command_is_run_at_once_and_frees_what_waits()
    {
        await using var cell = await CellFixture.StartAsync();
        cell.Hub.Setup = new WelcomeSetup("exit 1", "m1");
        await cell.RestartAsync();
        await HealthAsync(cell, "failed");
        await WelcomeAsync(cell, "echo made > made", "m2");
        (await cell.PrintAsync("cat made")).ShouldBe("made");
    }

    [Fact]
    public async Task A_waiting_task_can_be_cancelled_and_a_cell_that_ends_ends_the_command()
    {
        await using var cell = await CellFixture.StartAsync();
        cell.Hub.Setup = new WelcomeSetup("echo $$ > pid; exec sleep 600", "m1");
        await cell.RestartAsync();
        var pid = Path.Combine(cell.Workspace, "pid");
        await Eventually.Until(() => File.Exists(pid) && File.ReadAllText(pid).EndsWith('\n'));
        await cell.Connection.SubmitAsync(CellFixture.Agent, "t", new { type = "exec", command = "true" });
        await cell.Connection.NoticeAsync(MessageTypes.Cancel, "t");
        (await cell.Connection.ResponseAsync("t")).GetProperty("state").GetString().ShouldBe("cancelled");

        cell.Process.Signal(15);

        (await cell.Process.ExitAsync()).ShouldBe(0);
        Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}").ShouldBeFalse();
        File.Exists(Path.Combine(cell.State, "setup")).ShouldBeFalse();
    }

    private static Task WelcomeAsync(
        CellFixture cell,
        string command,
        string mark,
        params (string Name, string Value)[] variables
    )
    {
        cell.Hub.Setup = new WelcomeSetup(command, mark);
        cell.Hub.Variables = variables.ToDictionary(v => v.Name, v => v.Value);
        return cell.Connection.SendAsync(MessageTypes.Welcome, "cell", cell.Hub.Welcome);
    }

    private static Task HealthAsync(CellFixture cell, string state) =>
        cell.Connection.MessageAsync(m =>
            m.Type == MessageTypes.Health
            && JsonDocument.Parse(m.Payload).RootElement.TryGetProperty("setup", out var setup)
            && setup.GetProperty("state").GetString() == state
        );
}
