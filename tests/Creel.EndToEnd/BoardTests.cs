using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>Agents that were provisioned do what their files tell them: the native brain, in cells, by the script of the sample.</summary>
public class BoardTests
{
    [PublishedFact]
    public async Task Agents_of_a_board_begin_check_in_take_a_task_and_report_it()
    {
        await using var serve = await Serve.StartAsync();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Published.Root, "samples", "board")))
        {
            File.Copy(file, Path.Combine(serve.Home, Path.GetFileName(file)));
        }

        var up = await serve.CommandAsync("up", Path.Combine(serve.Home, "habitat.json5"), "--yes");
        up.ExitCode.ShouldBe(0, up.ToString());
        var made = await serve.CommandAsync("provision");
        made.ExitCode.ShouldBe(0, made.ToString());
        made.Output.ShouldContain("3 agents as the habitat says");

        // Woken, each follows its first instructions: it checks in, and takes them away.
        foreach (var agent in new[] { "lisa", "bart", "maggie" })
        {
            await Serve.Until(
                async () => (await CheckInAsync(serve, agent)) == "online",
                TimeSpan.FromSeconds(60),
                $"the check-in of {agent}"
            );
            await Serve.Until(
                async () => !(await serve.ExecAsync(agent, "ls")).Output.Contains("BOOTSTRAP.md"),
                TimeSpan.FromSeconds(60),
                $"the first instructions of {agent}"
            );
        }

        var told = await serve.CommandAsync(
            "task",
            "send",
            "lisa",
            """{"type":"turn","message":"We need five vegetables."}""",
            "--wait"
        );
        told.ExitCode.ShouldBe(0, told.ToString());
        told.Output.ShouldContain("Bart has done it");
        (await serve.ExecAsync("bart", "cat list.md; grep -A1 'In hand' MEMORY.md")).Output.ShouldBe(
            "leek\ncarrot\nonion\nparsnip\nkale\n## In hand\n* five vegetables, for Lisa"
        );

        // What the agents made their own, or took away, is no reason to write anything.
        var again = await serve.CommandAsync("provision", "--plan");
        again.ExitCode.ShouldBe(0, again.ToString());
        again.Output.ShouldNotContain("+ ");
    }

    private static async Task<string?> CheckInAsync(Serve serve, string agent) =>
        (await serve.GetAsync($"/agents/{agent}/checkin")).GetProperty("agent").GetProperty("status").GetString();
}
