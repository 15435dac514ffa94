using Creel.Commands.Views;

namespace Creel.Roots.Checks;

/// <summary>As many open files as connections, cells and the store want.</summary>
internal static class FilesCheck
{
    private const int Few = 256;

    public static CheckView Of() =>
        OpenFiles.ConnectionsEachPort() is var each && each >= Few
            ? CheckView.Fine("open files", $"enough for {each} connections a port")
            : new CheckView("open files", CheckState.Warning, $"enough for {each} connections a port only", "ulimit -n 65536");
}
