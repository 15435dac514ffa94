using System.Globalization;
using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>What a runtime weighs half a minute after turns of its native brain, beside one that never had any.</summary>
internal static class IdleBench
{
    private const int Each = 5;
    private const int Turns = 3;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var serve = await Serve.StartAsync();
        var (claude, gpt, none) = (Ids("claude", serve), Ids("gpt", serve), Ids("none", serve));
        var agents = claude
            .Concat(none)
            .Select(id => $"{{ id: '{id}' }}")
            .Concat(gpt.Select(id => $"{{ id: '{id}', model: 'openai/gpt-5-mini' }}"));
        var up = await serve.UpAsync(
            $$"""
            {
              name: 'idle', isolation: 'session',
              offline: { answers: [
                { when: { after: 'tool' }, text: 'it says {message}' },
                { when: { contains: 'file' }, tool: { name: 'write', input: { path: 'note.txt', content: 'milk' } } },
                { text: 'You said: {message} (turn {turn})' },
              ] },
              agents: { defaults: { model: 'anthropic/claude-sonnet-4-6' }, list: [{{string.Join(", ", agents)}}] },
            }
            """
        );
        if (up.ExitCode != 0)
        {
            throw new InvalidOperationException(up.ToString());
        }

        foreach (var agent in claude.Concat(gpt))
        {
            for (var turn = 0; turn < Turns; turn++)
            {
                var end = await serve.TaskAsync(agent, new { type = "turn", message = turn == 0 ? "write the file" : "ping" });
                if (end.GetProperty("state").GetString() != "succeeded")
                {
                    throw new InvalidOperationException(end.ToString());
                }
            }
        }

        // As in the cell bench: what is idle was asked nothing for half a minute.
        using var calm = new PeriodicTimer(TimeSpan.FromSeconds(30));
        await calm.WaitForNextTickAsync();
        return
        [
            Weight("that had no task", none),
            Weight($"after {Turns} turns of an Anthropic model, with a tool", claude, 12),
            Weight($"after {Turns} turns of an OpenAI model, with a tool", gpt, 12),
        ];

        Figure Weight(string what, IEnumerable<string> ids, double? target = null)
        {
            var weights = ids.Select(id => CellBench.PrivateMegabytes(Runtime(id))).ToList();
            return new Figure(
                $"idle runtime {what}: private memory, median of {weights.Count}",
                weights.Percentile(50),
                "MB",
                target
            );
        }
    }

    /// <summary>The runtime of an agent's cell: the one beneath a sandbox whose host's name is the agent's.</summary>
    private static int Runtime(string agent) =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
            .Where(pid => pid > 0 && Words(pid).FirstOrDefault()?.EndsWith("creel-runtime", StringComparison.Ordinal) == true)
            .Single(pid => Words(Parent(pid)).SkipWhile(word => word != "--hostname").Skip(1).FirstOrDefault() == agent);

    private static string[] Words(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return [];
        }
    }

    private static int Parent(int pid)
    {
        try
        {
            return int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Names that no other serve on this machine has.</summary>
    private static List<string> Ids(string name, Serve serve) =>
        [.. Enumerable.Range(0, Each).Select(n => $"{name}{n}-{serve.Pid}")];
}
