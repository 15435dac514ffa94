using Creel.Core.Link;

namespace Creel.Tests.Runtime;

public sealed class KillTests
{
    [Fact]
    public async Task However_often_the_runtime_is_killed_no_task_starts_twice_and_each_is_answered()
    {
        const int Kills = 12;
        var random = new Random(7);
        await using var cell = await CellFixture.StartAsync();
        var unanswered = new HashSet<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            cell.Connection.Acknowledges = random.Next(2) == 0;
            for (var i = 0; i < 8; i++)
            {
                unanswered.Add($"t{kill}-{i}");
                await SubmitAsync(cell, $"t{kill}-{i}");
            }

            // Where in its work the kill meets it is as random as can be: after so many of its messages.
            var target = cell.Connection.Messages.Count + random.Next(12);
            await Eventually.Until(() => cell.Connection.Messages.Count >= target);
            cell.Process.KillHard();
            await cell.Process.ExitAsync();
            Collect(cell.Connection, unanswered);
            await cell.RestartAsync();

            // What a hub does: send again what the runtime neither has started nor still holds the result of.
            var held = cell.Connection.Hello!.Finished.ToHashSet();
            foreach (var id in unanswered.Where(id => !held.Contains(id)))
            {
                await SubmitAsync(cell, id);
            }
        }

        await Eventually.Until(() =>
        {
            Collect(cell.Connection, unanswered);
            return unanswered.Count == 0;
        });
        var effects = await File.ReadAllLinesAsync(Path.Combine(cell.Workspace, "effects"));
        effects.GroupBy(e => e).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
        effects.Length.ShouldBeGreaterThan(Kills);
    }

    [RootFact]
    public async Task As_a_cells_first_process_it_collects_everybodys_orphans()
    {
        using var folder = new TestFolder();
        await using var hub = await TestHub.StartAsync(folder["hub.sock"], "bart", folder.Path);
        using var process = RuntimeProcess.StartUnder(
            ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"],
            [("CREEL_HUB_SOCKET", folder["hub.sock"]), ("CREEL_STATE", folder["state"])]
        );
        var connection = await hub.ConnectionAsync();
        var response = await connection.RunAsync(
            "bart",
            new { type = "exec", command = "for i in 1 2 3 4 5; do (setsid sleep 0.01 &); done; ps -p 1 -o comm=" }
        );
        response.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("creel-runtime");
        await Eventually.Until(async () =>
        {
            var zombies = await connection.RunAsync(
                "bart",
                new { type = "exec", command = "ps -A -o stat=,comm= | grep -c -e ^Z -e sleep" }
            );
            return zombies.GetProperty("result").GetProperty("stdout").GetString() == "0";
        });
    }

    private static Task SubmitAsync(CellFixture cell, string id) =>
        cell.Connection.SubmitAsync(CellFixture.Agent, id, new { type = "exec", command = $"echo {id} >> effects" });

    private static void Collect(HubConnection connection, HashSet<string> unanswered)
    {
        foreach (var message in connection.Messages.Where(m => m.Type == MessageTypes.Response))
        {
            unanswered.Remove(HubConnection.About(message)!);
        }
    }
}
