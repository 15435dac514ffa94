using Creel.Core;

namespace Creel.Runtime.Processes;

/// <summary>Finds the file of a program as a shell would, in the PATH that the program itself will see.</summary>
internal static class ProgramFile
{
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    private const string Missing = "program-missing";
    private const string Closed = "program-closed";

    /// <exception cref="CreelException">There is no such program, or it can't be run; the message names it.</exception>
    public static string Find(string name, IReadOnlyDictionary<string, string> environment, string folder) =>
        TryFind(name, environment, folder)
        ?? throw (
            name.Contains('/') && Path.Exists(Path.GetFullPath(name, folder))
                ? NotRunnable(name, "it is no file that may be executed")
                : new CreelException(
                    Fault.Missing(
                        Missing,
                        $"There is no program '{name}' in this cell",
                        name.Contains('/') ? "Check the path" : "Install it where the cell's PATH looks, or name it by its path"
                    )
                )
        );

    public static CreelException NotRunnable(string name, string why) =>
        new(Fault.Refused(Closed, $"'{name}' can't be run: {why}", "Check its mode and format"));

    /// <summary>As a shell says it: 127 there is none, 126 it can't be run; null: another fault.</summary>
    public static int? ExitCode(Fault fault) =>
        fault.Code switch
        {
            Missing => 127,
            Closed => 126,
            _ => null,
        };

    public static string? TryFind(string name, IReadOnlyDictionary<string, string> environment, string folder)
    {
        if (name.Length == 0 || name.Contains('\0'))
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

    private static bool IsProgram(string path) => File.Exists(path) && Libc.access(path, 1) == 0;
}
