using System.Collections.Concurrent;
using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>
/// The test assembly where another user can run it: in its place, or copied where the repository is closed to that user.
/// </summary>
internal static class ReachableCopy
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Copies = new();

    public static string Of(string assembly, CellUser user) =>
        Unreachable.Top(assembly, user) is null
            ? assembly
            : Copies.GetOrAdd(assembly, key => new Lazy<string>(() => Copy(key))).Value;

    private static string Copy(string assembly)
    {
        var target = Directory.CreateTempSubdirectory("creel-suite-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(target, recursive: true);
        File.SetUnixFileMode(target, File.GetUnixFileMode(target) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(assembly)!))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        return Path.Combine(target, Path.GetFileName(assembly));
    }
}
