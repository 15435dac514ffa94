using Creel.Adapters.Launchd;
using Creel.Adapters.Systemd;
using Creel.Commands.Boot;
using Creel.Core;

namespace Creel.Roots;

/// <summary>Whichever of the system's ways there are to start <c>serve</c> with the machine.</summary>
internal static class ServeAtBoot
{
    public static BootParts Parts { get; } =
        new()
        {
            Text = (order, target) => Launchd(target) ? ServePlist.Of(order) : ServeBoot.Text(order),
            InstallAsync = (order, cancel) =>
                Launchd(null)
                    ? Task.FromResult(PlistFile.Install(order))
                    : Started(order, () => new ServeBoot(TimeProvider.System).InstallAsync(order, cancel)),
            UninstallAsync = (name, cancel) =>
                Launchd(null)
                    ? Task.FromResult(PlistFile.Uninstall(name))
                    : new ServeBoot(TimeProvider.System).UninstallAsync(name, cancel),
            StatusAsync = (name, cancel) =>
                Launchd(null)
                    ? Task.FromResult(PlistFile.Status(name))
                    : new ServeBoot(TimeProvider.System).StatusAsync(name, cancel),
        };

    private static bool Launchd(string? target) => target is null ? OperatingSystem.IsMacOS() : target == "launchd";

    /// <summary>It is there to be started: what the system would start again and again in vain is not installed.</summary>
    private static Task<BootState> Started(BootOrder order, Func<Task<BootState>> install) =>
        Path.GetFileNameWithoutExtension(order.Program) == "dotnet"
            ? throw new CreelException(
                Fault.Missing(
                    "service-program",
                    "this creel is run by dotnet, and is no program by itself",
                    "./do publish, and use that"
                )
            )
            : install();
}
