using Creel.Adapters.Linux;
using Creel.Commands.Views;

namespace Creel.Roots.Checks;

/// <summary>All checks of <c>creel doctor</c>, in the order in which one would mend things.</summary>
internal static class Examination
{
    public static async Task<IReadOnlyList<CheckView>> TakeAsync(string home, CancellationToken cancel)
    {
        var run = RunFolder.Choose(home, written: null, UnixUser.IsRoot);
        return
        [
            RuntimeCheck.Of(),
            await StoreCheck.OfAsync(cancel),
            .. HomeChecks.Of(home),
            RunFolderCheck.Of(run),
            LeftoverCheck.Of(home, run),
            .. ServeChecks.Of(home),
            .. await ProxyCheck.OfAsync(run, cancel),
            .. HabitatChecks.Of(home),
            ClockCheck.Of(TimeProvider.System),
            FilesCheck.Of(),
            .. await DriverChecks.OfAsync(home, cancel),
        ];
    }
}
