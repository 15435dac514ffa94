using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Adapters.Host;

/// <summary>Starts a real process tree, and says plainly what it is not.</summary>
internal sealed class HostFingerprint(LinuxOptions linux, HostDriver driver)
{
    private const string Script = """
        #!/bin/sh
        : >"$CREEL_STATE/probe" || exit 47
        """;

    private static readonly Dictionary<int, string> Failures = new() { [47] = "a cell can't write its own state" };

    public async Task<DriverFingerprint> TakeAsync(CancellationToken cancel)
    {
        try
        {
            await ProbeCell.RunAsync(driver, linux, NetworkMode.Host, Script, Failures, cancel).ConfigureAwait(false);
        }
        catch (CreelException e)
        {
            return new DriverFingerprint(
                driver.Name,
                driver.Level,
                false,
                e.Fault.Message,
                e.Fault.Remedy,
                [],
                EnforcedLimits.No,
                false,
                false,
                []
            );
        }

        var root = UnixUser.IsRoot;
        var (limits, why) = Cgroups.Probe(Cgroups.Find(linux), ProbeCell.NewId());
        return new DriverFingerprint(
            driver.Name,
            driver.Level,
            true,
            root
                ? "processes of the host, each cell with a uid of its own"
                : "processes of the host, all with the uid of whoever runs Creel",
            null,
            NetworkSupport.Of(driver.Name),
            limits,
            root,
            false,
            [
                "no isolation: a cell sees the host's processes and network, and every file that its user may read",
                "identity is declared, not proven: the host's loopback is shared, so another program can use a cell's relay",
                "a shared path is as writable as its own permissions say, also where the habitat says ro",
                .. root
                    ? Array.Empty<string>()
                    :
                    [
                        "all cells share the uid of whoever runs Creel: each can read and end the other",
                        "a program that leaves its session and clears its environment outlives its cell",
                    ],
                .. why,
            ]
        );
    }
}
