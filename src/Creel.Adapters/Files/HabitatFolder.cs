using System.Collections.Concurrent;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;

namespace Creel.Adapters.Files;

/// <summary>All habitats of this host; each has one writer, whoever asks.</summary>
/// <param name="variables">For <c>${VAR}</c>.</param>
/// <param name="home">What <c>~</c> stands for, absolute.</param>
public sealed class HabitatFolder(IReadOnlyDictionary<string, string> variables, string? home, TimeProvider time)
    : IHabitatFiles,
        IDisposable
{
    private readonly ConcurrentDictionary<(string File, bool Lenient), LocalHabitat> writers = new();

    public HabitatSnapshot Read(string file, bool lenient) => new HabitatFiles(file, variables, home, lenient).Read();

    public Task<HabitatSnapshot> ChangeAsync(
        string file,
        bool lenient,
        HabitatChange change,
        string? revision = null,
        CancellationToken cancel = default
    ) => Writer(file, lenient).ChangeAsync(change, revision, cancel);

    public HabitatSnapshot Preview(string file, bool lenient, HabitatChange change) => Writer(file, lenient).Preview(change);

    private LocalHabitat Writer(string file, bool lenient) =>
        writers.GetOrAdd(
            (file, lenient),
            key => new LocalHabitat(new HabitatFiles(key.File, variables, home, key.Lenient), time)
        );

    public void Dispose()
    {
        foreach (var writer in writers.Values)
        {
            writer.Dispose();
        }
    }
}
