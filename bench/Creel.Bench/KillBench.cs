using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>1,000 times <c>kill -9</c> of hub or runtime while tasks flow; effects are counted on the host, outside both.</summary>
internal static class KillBench
{
    public static async Task<IReadOnlyList<Figure>> RunAsync(int kills)
    {
        await using var serve = await Serve.StartAsync();
        var up = await serve.UpAsync("{ name: 'kill', isolation: 'session', agents: { list: [{ id: 'bart' }] } }");
        if (up.ExitCode != 0)
        {
            throw new InvalidOperationException(up.ToString());
        }

        var cell = (await serve.GetAsync("/cells")).GetProperty("cells")[0].GetProperty("id").GetString()!;
        var trial = new KillTrial(serve, "bart", cell, Path.Combine(serve.Home, "workspaces", "bart"), seed: 2026);
        var verdict = await trial.RunAsync(kills, done => Console.Error.Write($"\r{done}/{kills} kills"));
        Console.Error.WriteLine();
        var states = string.Join(", ", verdict.States.OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key}"));
        return
        [
            new Figure(
                $"kills ({verdict.HubKills} of the hub)",
                verdict.Kills,
                "",
                kills,
                AtLeast: true,
                Note: $"{verdict.Acknowledged} tasks: {states}"
            ),
            new Figure("acknowledged tasks without a final state", verdict.Endless, "", 0),
            new Figure("tasks that started twice", verdict.StartedTwice, "", 0),
            new Figure("tasks said to have succeeded without their effect", verdict.Hollow, "", 0),
        ];
    }
}
