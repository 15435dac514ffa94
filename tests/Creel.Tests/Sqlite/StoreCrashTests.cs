using System.Diagnostics;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Tests.Sqlite;

/// <summary>
/// A real process that writes as fast as it can is killed at random points: what it was answered for must be there.
/// </summary>
public class StoreCrashTests
{
    private const int Rounds = 20;

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9()
    {
        using var folder = new StoreFolder();
        var random = new Random(20);
        var (added, ended) = (new HashSet<TaskId>(), new HashSet<TaskId>());
        for (var round = 0; round < Rounds; round++)
        {
            var news = await RunAndKillAsync(folder, random.Next(1, 600));
            added.UnionWith(news.Where(n => n.What == 'A').Select(n => n.Id));
            ended.UnionWith(news.Where(n => n.What == 'C').Select(n => n.Id));

            await using var store = await folder.OpenAsync();
            var found = (await store.Tasks.ListAsync(new TaskQuery(null, [], int.MaxValue))).ToDictionary(r => r.Task.Id);
            added.Where(id => !found.ContainsKey(id)).ShouldBeEmpty($"lost in round {round}");
            ended.Where(id => found[id].State != TaskState.Succeeded).ShouldBeEmpty($"undone in round {round}");
        }

        added.Count.ShouldBeGreaterThan(Rounds);
        ended.ShouldNotBeEmpty();
    }

    private static async Task<IReadOnlyList<(char What, TaskId Id)>> RunAndKillAsync(StoreFolder folder, int lines)
    {
        using var child = Process.Start(
            new ProcessStartInfo("dotnet", [Bench(), "store-child", folder.File, "8"]) { RedirectStandardOutput = true }
        )!;
        var news = new List<(char, TaskId)>();
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            TaskId.TryParse(line[2..], out var id).ShouldBeTrue(line);
            news.Add((line[0], id));
            if (news.Count == lines)
            {
                child.Kill();
            }
        }

        await child.WaitForExitAsync();
        child.ExitCode.ShouldBe(128 + 9);
        return news;
    }

    /// <summary>The benches' program is built beside the tests, with the same configuration.</summary>
    private static string Bench()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.Parent!.Parent!.FullName, "Creel.Bench", here.Name, "Creel.Bench.dll");
    }
}
