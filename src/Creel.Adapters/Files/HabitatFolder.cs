using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;

namespace Creel.Adapters.Files;

/// <summary>All habitats of this host; each has one writer, whoever asks.</summary>
/// <param name="variables">For <c>${VAR}</c>.</param>
/// <param name="home">What <c>~</c> stands for, absolute.</param>
public sealed class HabitatFolder(HabitatVariables variables, string? home, TimeProvider time) : IHabitatFiles, IDisposable
{
    private readonly ConcurrentDictionary<(string File, HabitatManner Manner), LocalHabitat> writers = new();

    public HabitatSnapshot Read(string file, HabitatManner manner) => new HabitatFiles(file, variables, home, manner).Read();

    public Task<HabitatSnapshot> ChangeAsync(
        string file,
        HabitatManner manner,
        HabitatChange change,
        string? revision = null,
        CancellationToken cancel = default
    ) => Writer(file, manner).ChangeAsync(change, revision, cancel);

    public HabitatSnapshot Preview(string file, HabitatManner manner, HabitatChange change) =>
        Writer(file, manner).Preview(change);

    public IDisposable Watch(string file, Action changed)
    {
        var known = new HabitatFiles(file, variables, home);
        // What is included may lie deeper.
        var folders = Included(known).Append(known.Folder).Distinct().Where(Directory.Exists);
        return new Watches([.. folders.Select(folder => new HabitatWatch(folder, changed))]);
    }

    private static IEnumerable<string> Included(HabitatFiles files)
    {
        try
        {
            return files.Read().Included.Keys.Select(name => Path.GetDirectoryName(Path.Combine(files.Folder, name))!).ToList();
        }
        catch (CreelException)
        {
            return [];
        }
    }

    private sealed record Watches(IReadOnlyList<HabitatWatch> All) : IDisposable
    {
        public void Dispose()
        {
            foreach (var one in All)
            {
                one.Dispose();
            }
        }
    }

    private LocalHabitat Writer(string file, HabitatManner manner) =>
        writers.GetOrAdd((file, manner), key => new LocalHabitat(new HabitatFiles(key.File, variables, home, key.Manner), time));

    public void Dispose()
    {
        foreach (var writer in writers.Values)
        {
            writer.Dispose();
        }
    }
}
