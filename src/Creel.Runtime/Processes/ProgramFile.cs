using System.Runtime.InteropServices;
using Creel.Core;

namespace Creel.Runtime.Processes;

/// <summary>Finds the file of a program as a shell would, in the PATH that the program itself will see.</summary>
internal static class ProgramFile
{
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    /// <exception cref="CreelException">There is no such program; the message names it.</exception>
    public static string Find(string name, IReadOnlyDictionary<string, string> environment, string folder) =>
        TryFind(name, environment, folder)
        ?? throw new CreelException(
            Fault.Missing(
                "program-missing",
                $"There is no program '{name}' in this cell",
                name.Contains('/') ? "Check the path" : "Install it where the cell's PATH looks, or name it by its path"
            )
        );

    public static string? TryFind(string name, IReadOnlyDictionary<string, string> environment, string folder)
    {
        if (name.Length == 0)
        {
            return null;
        }

        if (name.Contains('/'))
        {
            var path = Path.GetFullPath(name, folder);
            return IsProgram(path) ? path : null;
        }

        return environment
            .GetValueOrDefault("PATH", DefaultPath)
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(place => Path.Combine(Path.GetFullPath(place, folder), name))
            .FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) => File.Exists(path) && access(path, 1) == 0;

    [DllImport("libc.so.6", CharSet = CharSet.Ansi)]
    private static extern int access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}
