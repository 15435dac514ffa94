using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Runtime;

/// <summary>The runtime's own folder, held by one runtime at a time.</summary>
internal sealed class StateFolder : IDisposable
{
    private readonly FileStream held;

    private StateFolder(FileStream held) => this.held = held;

    /// <exception cref="CreelException">It can't be made or written, or another runtime has it.</exception>
    public static StateFolder Open(RuntimeSettings settings)
    {
        try
        {
            Directory.CreateDirectory(settings.Home);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "state",
                    $"The state folder {settings.State} can't be written: {e.Message}",
                    $"Set {CellPaths.StateVariable} to one that can"
                ),
                e
            );
        }

        try
        {
            return new StateFolder(
                new FileStream(Path.Combine(settings.State, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Conflict("state-held", $"Another runtime uses the state folder {settings.State}", "End it first"),
                e
            );
        }
    }

    public void Dispose() => held.Dispose();
}
