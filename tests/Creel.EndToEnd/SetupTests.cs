using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>A real cell is made ready by what the habitat says, before its first task.</summary>
public class SetupTests
{
    [PublishedFact]
    public Task A_cell_has_its_variables_and_runs_its_command_once_and_a_failure_is_told() => TryAsync("session");

    [PublishedFact(driver: "docker")]
    public Task So_does_a_container() => TryAsync("container");

    private static async Task TryAsync(string level)
    {
        await using var serve = await Serve.StartAsync();
        var up = await serve.UpAsync(Habitat(level, "echo x >> count; echo $STAGE > $HOME/made", "lab"));
        up.ExitCode.ShouldBe(0, up.ToString());
        (await PrintAsync(serve, "cat count $HOME/made; echo $STAGE")).ShouldBe("x\nlab\nlab");

        (await serve.CommandAsync("agent", "restart", "ada")).ExitCode.ShouldBe(0);
        (await PrintAsync(serve, "cat count")).ShouldBe("x");

        up = await serve.UpAsync(Habitat(level, "echo gone wrong; exit 5", "lab"));
        up.ExitCode.ShouldBe(0, up.ToString());
        up.Output.ShouldContain("setupCommand changed");
        var task = await serve.TaskAsync("ada", new { type = "exec", command = "true" });
        task.GetProperty("state").GetString().ShouldBe("failed");
        task.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("exit code 5: gone wrong");
        (await serve.CommandAsync("ps")).ToString().ShouldContain("its setupCommand has failed: exit code 5: gone wrong");
        (await serve.CommandAsync("agent", "status", "ada")).Output.ShouldContain("failed: exit code 5");
        (await serve.CommandAsync("audit", "-n", "50", "--json")).Output.ShouldContain("cell.setup");
        (await serve.CommandAsync("plan")).Output.ShouldContain("its setupCommand has failed");
    }

    private static string Habitat(string level, string command, string stage) =>
        $$"""
            {
                name: 'made',
                agents: { list: [{ id: 'ada', isolation: '{{level}}', brain: { kind: 'command', command: ['cat'] },
                    sandbox: { mode: 'all', docker: { env: { STAGE: '{{stage}}' }, setupCommand: {{JsonSerializer.Serialize(
                command
            )}} } } }] },
            }
            """;

    private static async Task<string> PrintAsync(Serve serve, string command) =>
        (await serve.TaskAsync("ada", new { type = "exec", command })).GetProperty("result").GetProperty("stdout").GetString()!;
}
