using System.Collections.Concurrent;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary>Programs that were left running beyond the call that started them; they end with the runtime.</summary>
internal sealed class LeftPrograms
{
    private const int MostOfAnAgent = 16;
    private readonly ConcurrentDictionary<(string Agent, string Id), ToolProgram> programs = new();
    private int number;

    /// <summary>Null: the agent has as many as it may already.</summary>
    public string? Keep(string agent, ToolProgram program)
    {
        if (Of(agent).Count(p => !p.Program.Ended.IsCompleted) >= MostOfAnAgent)
        {
            return null;
        }

        foreach (var (id, old) in Of(agent).Where(p => p.Program.Ended.IsCompleted).SkipLast(MostOfAnAgent))
        {
            programs.TryRemove((agent, id), out _);
            old.Dispose();
        }

        var name = $"p{Interlocked.Increment(ref number)}";
        programs[(agent, name)] = program;
        return name;
    }

    public ToolProgram? Find(string agent, string id) => programs.GetValueOrDefault((agent, id));

    /// <summary>In the order of their start.</summary>
    public IReadOnlyList<(string Id, ToolProgram Program)> Of(string agent) =>
        [.. programs.Where(p => p.Key.Agent == agent).OrderBy(p => int.Parse(p.Key.Id[1..])).Select(p => (p.Key.Id, p.Value))];

    public void Forget(string agent, string id)
    {
        if (programs.TryRemove((agent, id), out var program))
        {
            program.Dispose();
        }
    }

    public Task KillAllAsync() => Task.WhenAll(programs.Values.Where(p => !p.Ended.IsCompleted).Select(p => p.KillAsync()));
}
