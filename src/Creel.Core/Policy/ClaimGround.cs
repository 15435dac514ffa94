namespace Creel.Core.Policy;

/// <summary>What a cell has that holds an attempt: why a claim can be made.</summary>
public enum ClaimGround
{
    /// <summary>A host uid that no other cell and no person has.</summary>
    OwnUser,

    /// <summary>An allow-list of mounts; what it does not name is not there.</summary>
    OwnFiles,

    /// <summary>It sees and ends no processes but its own.</summary>
    OwnProcesses,

    /// <summary>Shared memory, semaphores and queues of its own.</summary>
    OwnMemory,

    /// <summary>A network of its own, its loopback and its abstract sockets with it.</summary>
    OwnNetwork,

    /// <summary>Nothing leaves it: no address but the loopback's, or a bridge without a way out.</summary>
    NoWayOut,

    /// <summary>No devices of the host, and none that it could make.</summary>
    NoDevices,

    /// <summary>No capabilities, and no way to get any.</summary>
    NoRights,

    /// <summary>The runtime's filter of system calls.</summary>
    Filter,

    /// <summary>
    /// The machine's own kernel decides. One that a sandbox brings along may grant more, at nobody's cost but the cell's.
    /// </summary>
    MachineKernel,

    MemoryLimit,
    CpuLimit,
    ProcessLimit,

    /// <summary>A ceiling of open files.</summary>
    FileLimit,
}
