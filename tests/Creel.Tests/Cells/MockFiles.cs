using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;

namespace Creel.Tests.Cells;

/// <summary>Real habitat files; to change one is an effect that outlives serve.</summary>
internal sealed class MockFiles(IHabitatFiles files, Func<CrashPoint> crash) : IHabitatFiles
{
    public HabitatSnapshot Read(string file, bool lenient) => files.Read(file, lenient);

    public HabitatSnapshot Preview(string file, bool lenient, HabitatChange change) => files.Preview(file, lenient, change);

    public async Task<HabitatSnapshot> ChangeAsync(
        string file,
        bool lenient,
        HabitatChange change,
        string? revision = null,
        CancellationToken cancel = default
    )
    {
        crash().Pass();
        var after = await files.ChangeAsync(file, lenient, change, revision, cancel);
        crash().Pass();
        return after;
    }
}
