using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;

namespace Creel.Tests.Cells;

/// <summary>Real habitat files; to change one is an effect that outlives serve.</summary>
internal sealed class MockFiles(IHabitatFiles files, Func<CrashPoint> crash) : IHabitatFiles
{
    public HabitatSnapshot Read(string file, HabitatManner manner) => files.Read(file, manner);

    public HabitatSnapshot Preview(string file, HabitatManner manner, HabitatChange change) =>
        files.Preview(file, manner, change);

    public IDisposable Watch(string file, Action changed) => files.Watch(file, changed);

    public async Task<HabitatSnapshot> ChangeAsync(
        string file,
        HabitatManner manner,
        HabitatChange change,
        string? revision = null,
        CancellationToken cancel = default
    )
    {
        crash().Pass();
        var after = await files.ChangeAsync(file, manner, change, revision, cancel);
        crash().Pass();
        return after;
    }
}
