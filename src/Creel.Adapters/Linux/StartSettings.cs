using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Creel.Core;

namespace Creel.Adapters.Linux;

/// <summary>
/// Settings of .NET that only the environment can give, when a process starts. A program that was started without one of them
/// starts itself once more in the same process, with all of them.
/// </summary>
public static class StartSettings
{
    /// <summary>Its own number: the process that has it was started again already, and one that inherited it was not.</summary>
    private const string Again = "CREEL_STARTED_AGAIN";

    private static readonly IReadOnlyList<Setting> Wanted =
    [
        // .NET opens a socket through which its user can take dumps and load code.
        new("DOTNET_EnableDiagnostics", "0", Exactly: true),
        // 2 MiB: left alone the first generation is as large as the processor's cache, and fills with what is dead, a quarter
        // of a connection's price. Whoever has set it to something else meant it.
        new("DOTNET_GCgen0size", "0x200000", Exactly: false),
    ];

    /// <summary>Returns where all are there.</summary>
    /// <exception cref="CreelException">They can't be had.</exception>
    public static void Ensure()
    {
        var missing = Missing(Environment.GetEnvironmentVariable);
        if (missing.Count == 0)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable(Again) == Self)
        {
            throw Refused(missing, "the environment did not come through");
        }

        StartAgain(missing);
    }

    /// <summary>What has to be set, each as <c>NAME=value</c>.</summary>
    /// <param name="has">A variable's value; null where it is not set.</param>
    internal static IReadOnlyList<string> Missing(Func<string, string?> has) =>
        [
            .. Wanted
                .Where(setting => setting.Exactly ? has(setting.Name) != setting.Value : has(setting.Name) is null or "")
                .Select(setting => $"{setting.Name}={setting.Value}"),
        ];

    private static string Self => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static void StartAgain(IReadOnlyList<string> missing)
    {
        var program = File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: false)!.FullName;
        var arguments = Words("/proc/self/cmdline");
        string[] added = [.. missing, $"{Again}={Self}"];
        var names = added.Select(word => word[..(word.IndexOf('=', StringComparison.Ordinal) + 1)]).ToList();
        var variables = Words("/proc/self/environ").Where(v => !names.Any(name => v.StartsWith(name, StringComparison.Ordinal)));
        RemoveDebugSockets(Path.GetTempPath());
        _ = Libc.execve(program, [.. arguments, null], [.. variables, .. added, null]);
        throw Refused(missing, KernelFault.Words(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Removes what the runtime left there for debuggers. A folder that can't be read holds none: it was made with our rights.</summary>
    internal static void RemoveDebugSockets(string folder)
    {
        foreach (var kind in new[] { "dotnet-diagnostic", "clr-debug-pipe" })
        {
            try
            {
                foreach (var socket in Directory.EnumerateFiles(folder, $"{kind}-{Self}-*"))
                {
                    File.Delete(socket);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    private static IEnumerable<string> Words(string file)
    {
        var text = Encoding.UTF8.GetString(File.ReadAllBytes(file));
        return text.Length == 0 ? [] : text.TrimEnd('\0').Split('\0');
    }

    private static CreelException Refused(IReadOnlyList<string> missing, string why) =>
        new(
            Fault.Missing(
                "start-settings",
                $"creel can't start itself with the settings that it needs: {why}",
                $"Start it with {string.Join(' ', missing)}"
            )
        );

    /// <param name="Exactly">No other value will do.</param>
    private sealed record Setting(string Name, string Value, bool Exactly);
}
