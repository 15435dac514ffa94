using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Adapters.Bubblewrap;

/// <summary>Starts a real cell whose only program tries what a cell must not be able to do.</summary>
internal sealed class BubblewrapFingerprint(LinuxOptions linux, BubblewrapOptions bubblewrap, BubblewrapDriver driver)
{
    private static readonly (string File, string Bad, string Sentence, string Remedy)[] Switches =
    [
        (
            "/proc/sys/user/max_user_namespaces",
            "0",
            "user namespaces are turned off on this machine",
            StartFailure.UserNamespaces
        ),
        (
            "/proc/sys/kernel/unprivileged_userns_clone",
            "0",
            "ordinary users may not make user namespaces on this machine",
            StartFailure.UnprivilegedClone
        ),
        (
            "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "AppArmor keeps ordinary users from making user namespaces on this machine",
            StartFailure.AppArmor
        ),
    ];

    public async Task<DriverFingerprint> TakeAsync(CancellationToken cancel)
    {
        if (HostTools.Find(bubblewrap.Program) is not { } program)
        {
            return No($"bubblewrap is not installed: there is no program {bubblewrap.Program}", "apt-get install bubblewrap");
        }

        var version = await BubblewrapVersion.OfAsync(program, cancel).ConfigureAwait(false);
        if (version is null || version < BubblewrapVersion.Least)
        {
            var found = version is null ? "does not tell its version" : $"is version {version}";
            return No($"{program} {found}, and {BubblewrapVersion.Least} or later is needed", "apt-get install bubblewrap");
        }

        var (limits, why) = Cgroups.Probe(Cgroups.Find(linux), ProbeCell.NewId());
        try
        {
            await ProbeCell
                .RunAsync(driver, linux, NetworkMode.None, BubblewrapProbe.Script, BubblewrapProbe.Failures, cancel)
                .ConfigureAwait(false);
        }
        catch (CreelException e)
        {
            var off = Switches.FirstOrDefault(s => KernelFile.Lines(s.File).FirstOrDefault() == s.Bad);
            return off.File is null ? No(e.Fault.Message, e.Fault.Remedy) : No($"{off.Sentence} ({e.Fault.Message})", off.Remedy);
        }

        var root = UnixUser.IsRoot;
        string[] shared = root
            ? []
            :
            [
                "all cells share the uid of whoever runs Creel: outside the sandbox, any program of that user can use a cell's sockets and files",
            ];
        return new DriverFingerprint(
            driver.Name,
            driver.Level,
            true,
            $"bubblewrap {version} makes cells" + (root ? ", each with a uid of its own" : " as an ordinary user"),
            null,
            NetworkSupport.Of(driver.Name),
            limits,
            root,
            root,
            [.. shared, .. why]
        );
    }

    private DriverFingerprint No(string sentence, string? remedy) =>
        new(driver.Name, driver.Level, false, sentence, remedy, [], EnforcedLimits.No, false, false, []);
}
