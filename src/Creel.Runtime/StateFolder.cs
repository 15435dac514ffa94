using Creel.Core;
using Creel.Core.Isolation;
using Creel.Runtime.Processes;
using Microsoft.Win32.SafeHandles;

namespace Creel.Runtime;

/// <summary>The runtime's own folder, held by one runtime at a time.</summary>
internal sealed class StateFolder : IDisposable
{
    private const int ExclusiveNow = 2 | 4;
    private readonly SafeFileHandle held;

    private StateFolder(SafeFileHandle held) => this.held = held;

    /// <exception cref="CreelException">It can't be made or written, or another runtime has it.</exception>
    public static StateFolder Open(RuntimeSettings settings)
    {
        SafeFileHandle held;
        try
        {
            // A task can put a file there, and no restart would come past it.
            if (!Directory.Exists(settings.Home))
            {
                OwnFile.MakeFolder(settings.Home);
            }

            held = OwnFile.OpenOrReplace(Path.Combine(settings.State, "lock"));
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

        if (Libc.flock((int)held.DangerousGetHandle(), ExclusiveNow) == 0)
        {
            return new StateFolder(held);
        }

        held.Dispose();
        throw new CreelException(
            Fault.Conflict("state-held", $"Another runtime uses the state folder {settings.State}", "End it first")
        );
    }

    public void Dispose() => held.Dispose();
}
