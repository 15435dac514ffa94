using Creel.Core.Isolation;

namespace Creel.Core.Policy;

/// <summary>Which grounds a cell has, by driver, network, user and limits.</summary>
public static class ClaimGrounds
{
    private static readonly ClaimGround[] Sandbox =
    [
        ClaimGround.OwnFiles,
        ClaimGround.OwnProcesses,
        ClaimGround.OwnMemory,
        ClaimGround.NoDevices,
        ClaimGround.NoRights,
        ClaimGround.Filter,
        ClaimGround.MachineKernel,
    ];

    private static readonly Dictionary<string, ClaimGround[]> Table = new(StringComparer.Ordinal)
    {
        // No boundary, so no claim, whatever else may happen to hold.
        ["host"] = [],
        ["bubblewrap"] = Sandbox,
        ["systemd"] = Sandbox,
        ["docker"] = [.. Sandbox, ClaimGround.FileLimit],
    };

    /// <summary>The drivers that have a row; the same ones as in <see cref="NetworkSupport"/>.</summary>
    public static IEnumerable<string> Drivers => Table.Keys;

    /// <summary>Empty for a driver that is not known, or whose cells claim nothing.</summary>
    public static IReadOnlySet<ClaimGround> Of(ClaimedCell cell)
    {
        if (!Table.TryGetValue(cell.Driver, out var row) || row.Length == 0)
        {
            return new HashSet<ClaimGround>();
        }

        var grounds = new HashSet<ClaimGround>(row);
        if (cell.Network != NetworkMode.Host)
        {
            grounds.Add(ClaimGround.OwnNetwork);
        }

        if (cell.Network is NetworkMode.None or NetworkMode.Proxy or NetworkMode.Internal)
        {
            grounds.Add(ClaimGround.NoWayOut);
        }

        AddIf(cell.OwnUser, ClaimGround.OwnUser);
        AddIf(cell.Limits.Memory, ClaimGround.MemoryLimit);
        AddIf(cell.Limits.Cpu, ClaimGround.CpuLimit);
        AddIf(cell.Limits.Pids, ClaimGround.ProcessLimit);

        // A user's own systemd hides no processes, and those of its user can be looked into.
        if (cell is { Driver: "systemd", OwnUser: false })
        {
            grounds.Remove(ClaimGround.OwnProcesses);
        }

        if (cell.OwnKernel)
        {
            grounds.Remove(ClaimGround.MachineKernel);
        }

        return grounds;

        void AddIf(bool has, ClaimGround ground)
        {
            if (has)
            {
                grounds.Add(ground);
            }
        }
    }
}
