using Creel.Adapters.Sqlite;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Roots.Checks;

/// <summary>A database can be made and opened, in a folder of its own.</summary>
internal static class StoreCheck
{
    private const string Name = "sqlite";

    public static async Task<CheckView> OfAsync(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("creel-doctor-");
        try
        {
            await using var store = await SqliteStore.OpenAsync(Path.Combine(folder.FullName, "try.db"), cancel: cancel);
            return CheckView.Fine(Name, "the system's library makes and opens a database");
        }
        catch (CreelException e)
        {
            var state = e.Fault.Kind == FaultKind.Missing ? CheckState.Missing : CheckState.Failed;
            return new CheckView(Name, state, e.Fault.Message, e.Fault.Remedy);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
