using Creel.Core;

namespace Creel.Adapters.Linux;

/// <summary>The programs of the host that a start needs.</summary>
internal static class HostTools
{
    public const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Null where it is not there.</summary>
    public static string? Find(string program) =>
        program.Contains('/')
            ? File.Exists(program)
                ? program
                : null
            : SearchPath.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <exception cref="CreelException">It is missing; the remedy names its package.</exception>
    public static string Need(string program, string package) =>
        Find(program)
        ?? throw new CreelException(
            Fault.Missing("program-missing", $"the program {program} is not installed", $"apt-get install {package}")
        );

    public static string SetSid => Need("setsid", "util-linux");

    public static string Unshare => Need("unshare", "util-linux");

    /// <summary>A command that takes on the cell's user for good, with no groups and no capabilities of the host's.</summary>
    /// <param name="lasting">Nothing started from here gains rights again (sudo and its like included).</param>
    public static IEnumerable<string> TakeOn(Core.Isolation.CellUser user, bool lasting)
    {
        yield return Need("setpriv", "util-linux");
        yield return $"--reuid={user.Uid}";
        yield return $"--regid={user.Gid}";
        yield return "--clear-groups";
        yield return "--inh-caps=-all";
        if (lasting)
        {
            yield return "--no-new-privs";
            yield return "--bounding-set=-all";
        }

        yield return "--";
    }

    /// <summary>Runs a program of the host to its end.</summary>
    /// <exception cref="CreelException">It said no; the message has its last line.</exception>
    public static void Run(string program, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            var last =
                error.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? $"exit code {process.ExitCode}";
            throw new CreelException(Fault.Unavailable("host-tool", $"{Path.GetFileName(program)} failed: {last}"));
        }
    }
}
