using System.Globalization;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Adapters.Systemd;

/// <summary>Starts a real cell whose only program tries what a cell must not be able to do.</summary>
internal sealed class SystemdFingerprint(LinuxOptions linux, Systemctl systemctl, SystemdDriver driver, LimitProof proof)
{
    /// <summary>The first with PrivateIPC; ProtectProc came just before.</summary>
    public const int Least = 248;

    public async Task<DriverFingerprint> TakeAsync(CancellationToken cancel)
    {
        if (systemctl.Absence() is { } absence)
        {
            return No(absence.Message, absence.Remedy);
        }

        string version;
        try
        {
            version = await systemctl.VersionAsync(cancel).ConfigureAwait(false);
        }
        catch (CreelException e)
        {
            return No($"systemd can't be reached: {e.Fault.Message}", "As root: systemctl daemon-reexec");
        }

        if (Number(version) < Least)
        {
            return No($"systemd is version {version}, and {Least} or later is needed", "Upgrade the system");
        }

        var root = UnixUser.IsRoot;
        IReadOnlyList<UnmetLimit> unmet;
        try
        {
            unmet = await proof.TakeAsync(cancel).ConfigureAwait(false);
            await ProbeCell
                .RunAsync(driver, Probing(), NetworkMode.None, SystemdProbe.Script(root), SystemdProbe.Failures, cancel)
                .ConfigureAwait(false);
        }
        catch (CreelException e)
        {
            return No(e.Fault.Message, e.Fault.Remedy);
        }

        var names = unmet.Select(limit => limit.Name).ToHashSet();
        return new DriverFingerprint(
            driver.Name,
            driver.Level,
            true,
            $"systemd {version} makes cells" + (root ? ", each with a uid of its own" : " as an ordinary user"),
            null,
            NetworkSupport.Of(driver.Name),
            new EnforcedLimits(!names.Contains("memory"), !names.Contains("cpu"), !names.Contains("pids")),
            root,
            root,
            [.. root ? [] : Shared(), .. Why(unmet)]
        );
    }

    /// <summary>252.39-1~deb12u2 is 252; 0 where there is no number.</summary>
    public static int Number(string version) =>
        int.TryParse(
            new string([.. version.TakeWhile(char.IsAsciiDigit)]),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0;

    private LinuxOptions Probing() => linux with { ProbeUser = CellAccount.OfProbe ?? linux.ProbeUser };

    private static IEnumerable<string> Shared()
    {
        yield return "all cells share the uid of whoever runs Creel: outside the sandbox, any program of that user can use a cell's sockets and files";
        yield return "a cell sees the machine's processes, and can end those of that user: other cells, and Creel itself";
        yield return "a cell has no terminals, which would be that user's as well: creel shell does not work there, creel exec does";
        if (!File.Exists($"/var/lib/systemd/linger/{Environment.UserName}"))
        {
            yield return $"cells end when {Environment.UserName} has logged out everywhere (as root: loginctl enable-linger {Environment.UserName})";
        }
    }

    private static IEnumerable<string> Why(IReadOnlyList<UnmetLimit> unmet) =>
        unmet
            .GroupBy(limit => limit.Why)
            .Select(same => $"no limit on {string.Join(", ", same.Select(limit => limit.Name))}: {same.Key}");

    private DriverFingerprint No(string sentence, string? remedy) =>
        new(driver.Name, driver.Level, false, sentence, remedy, [], EnforcedLimits.No, false, false, []);
}
