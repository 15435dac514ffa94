using System.Runtime.InteropServices;
using System.Text;
using Creel.Core;
using Creel.Core.Outbound;

namespace Creel.Proxy.Hardening;

/// <summary>What this process gives up, since it holds keys.</summary>
internal static unsafe class OwnProcess
{
    private const int SetDumpable = 4;
    private const int SetNoNewPrivileges = 38;
    private const int CoreLimit = 4;

    public static bool IsRoot => Libc.geteuid() == 0;

    /// <summary>
    /// Some settings are read before the first line of a program runs. Whoever starts the proxy sets them; where somebody has
    /// not, it starts itself once more in the same process, with them.
    /// </summary>
    /// <exception cref="CreelException">It can't.</exception>
    public static void StartWithSettings()
    {
        if (ProxyEnvironment.Settings.All(s => Environment.GetEnvironmentVariable(s.Key) == s.Value))
        {
            return;
        }

        foreach (var (name, value) in ProxyEnvironment.Settings)
        {
            _ = Libc.setenv(name, value, overwrite: 1);
        }

        RemoveDiagnostics();
        var program = File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: false)!.FullName;
        string?[] words = [.. Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0')[..^1], null];
        _ = Libc.execv(program, words);
        throw Refused("start itself again");
    }

    /// <summary>The door by which .NET lets its user in, of this process as it was: nobody else would remove it.</summary>
    private static void RemoveDiagnostics()
    {
        try
        {
            foreach (var kind in (string[])["dotnet-diagnostic", "clr-debug-pipe"])
            {
                foreach (var path in Directory.EnumerateFiles(Path.GetTempPath(), $"{kind}-{Environment.ProcessId}-*"))
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No such folder, or somebody else's file of this name: neither is in the way.
        }
    }

    /// <summary>Files that it makes are its own alone; it leaves no core, and nobody of its user may look into it.</summary>
    /// <exception cref="CreelException">The kernel refuses.</exception>
    public static void Harden()
    {
        _ = Libc.umask(0x3F);
        var none = stackalloc ulong[] { 0, 0 };
        if (
            Libc.setrlimit(CoreLimit, none) != 0
            || Libc.prctl(SetDumpable, 0, 0, 0, 0) != 0
            || Libc.prctl(SetNoNewPrivileges, 1, 0, 0, 0) != 0
        )
        {
            throw Refused("close itself off");
        }
    }

    /// <summary>For good, on all threads.</summary>
    /// <exception cref="CreelException">The kernel refuses.</exception>
    public static void Become(UserIds user)
    {
        if (
            Libc.setgroups(0, null) != 0
            || Libc.setresgid(user.Group, user.Group, user.Group) != 0
            || Libc.setresuid(user.User, user.User, user.User) != 0
            || Libc.setresuid(0, 0, 0) == 0
        )
        {
            throw Refused($"become the user {user.User}");
        }
    }

    private static CreelException Refused(string what) =>
        new(
            Fault.Missing(
                "hardening",
                $"the proxy can't {what}: {Marshal.GetLastPInvokeErrorMessage()}",
                "start it as root or as an ordinary user of this machine"
            )
        );
}
