using Creel.Core;

namespace Creel.Adapters.Systemd;

/// <summary>
/// The unit of <c>creel serve</c> itself. A restart of it must not end a cell, so nothing but its own process is killed; and what it
/// may not do, no cell of its making may, so only that is taken away which no cell has either.
/// </summary>
public static class ServeUnit
{
    /// <summary>By which a unit that Creel wrote is told from one that somebody else did.</summary>
    public const string Mark = "# Made by: creel service install";

    // All by the kernel's filter and per process. Whatever would give it mounts of its own (ProtectSystem=, PrivateTmp=,
    // ProtectHome=, …) is not among them: cells are made of the mounts that serve sees, and the next serve would see others.
    // Nor is RestrictSUIDSGID=, with which openat2 is gone, and so every path that is looked up in a tree that a cell can write.
    private static readonly string[] Walls =
    [
        "NoNewPrivileges=yes",
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
        "RestrictRealtime=yes",
        "LockPersonality=yes",
        "SystemCallArchitectures=native",
        "SystemCallFilter=~@clock @module @raw-io @reboot @swap @cpu-emulation @obsolete",
        "SystemCallErrorNumber=EPERM",
        "KeyringMode=private",
        "OOMScoreAdjust=-500",
    ];

    /// <param name="machine">A unit of the machine, run by root; else one of a user, whose bubblewrap may need setuid, so without walls.</param>
    public static string Of(BootOrder order, bool machine) => string.Join('\n', Lines(order, machine)) + "\n";

    /// <summary>The home of a unit that Creel wrote, as its file has it; null where it names none.</summary>
    public static string? HomeOf(string unit)
    {
        const string Begin = "Environment=\"CREEL_HOME=";
        var line = unit.Split('\n').FirstOrDefault(line => line.StartsWith(Begin, StringComparison.Ordinal));
        return line is null ? null : UnitWords.ArgumentOf($"\"{line[Begin.Length..]}");
    }

    /// <summary>Why a file must not be written over; null where it may be.</summary>
    /// <param name="there">What is in it; null where it is not there.</param>
    public static Fault? Refusal(string file, string? there, BootOrder order) =>
        there switch
        {
            null => null,
            _ when !there.StartsWith(Mark, StringComparison.Ordinal) => Fault.Conflict(
                "service-foreign",
                $"{file} was not made by Creel",
                "Choose another name: --name, or remove it"
            ),
            _ when HomeOf(there) is { } home && home != order.Home => Fault.Conflict(
                "service-home",
                $"{file} starts the serve of another home, {home}",
                $"Choose another name for the one of {order.Home}: creel service install --name NAME; "
                    + $"or take that one away: creel service uninstall --name {order.Name}"
            ),
            _ => null,
        };

    private static IEnumerable<string> Lines(BootOrder order, bool machine)
    {
        yield return $"{Mark}, which writes it anew. Put changes into a drop-in:";
        yield return $"# systemctl {(machine ? "" : "--user ")}edit {order.Name}";
        yield return "[Unit]";
        yield return "Description=Creel, which keeps AI agents in cells";
        yield return machine ? "After=network.target docker.service" : "After=default.target";
        yield return "";
        yield return "[Service]";
        yield return "Type=exec";
        yield return $"ExecStart=:{UnitWords.Command([order.Program, .. order.Arguments])}";
        yield return $"Environment={UnitWords.Argument($"CREEL_HOME={order.Home}")}";
        yield return "Restart=on-failure";
        yield return "RestartSec=1";
        // Cells go on without it, and the next one takes them over.
        yield return "KillMode=process";
        yield return "Delegate=yes";
        if (!machine)
        {
            // A user's cells have their control groups below this one, which then may hold no process itself (systemd 254 and later).
            yield return "DelegateSubgroup=creel-serve";
        }

        yield return "TimeoutStopSec=30";
        yield return "LimitNOFILE=65536:524288";
        yield return "LimitCORE=0";
        yield return "UMask=0077";
        foreach (var wall in machine ? Walls : [])
        {
            yield return wall;
        }

        yield return "";
        yield return "[Install]";
        yield return $"WantedBy={(machine ? "multi-user.target" : "default.target")}";
    }
}
