using static Creel.Core.Policy.ClaimGround;

namespace Creel.Core.Policy;

/// <summary>What one cell may try against another.</summary>
internal static class ClaimsOnNeighbours
{
    public static IReadOnlyList<Attempt> Attempts { get; } =
    [
        Of("files-read", "reads a file in another cell's workspace", OwnFiles, OwnUser),
        Of("files-list", "lists another cell's workspace", OwnFiles, OwnUser),
        Of("files-write", "writes a file into another cell's workspace", OwnFiles, OwnUser),
        Of("state-read", "reads another cell's home and journal", OwnFiles, OwnUser),
        Of("workspace-name", "finds another cell's workspace beside its own", OwnFiles),
        Of("tmp", "reads what another cell keeps in /tmp", OwnFiles),
        Of("hub-socket", "connects to the hub by another cell's socket", OwnFiles, OwnUser),
        Of("abstract-socket", "connects to another cell's abstract socket", OwnNetwork),
        Of("process-see", "sees another cell's processes in /proc", OwnProcesses),
        Of("process-signal", "sends a signal to another cell's process", OwnProcesses),
        Of("process-environ", "reads the environment of another cell's process", OwnProcesses),
        Of("process-memory", "reads another cell's memory in /proc", OwnProcesses),
        Of("process-vm", "reads another cell's memory by process_vm_readv", OwnProcesses),
        Of("process-trace", "traces another cell's process", OwnProcesses),
        Of("process-root", "enters another cell's files by /proc/PID/root", OwnProcesses),
        Of("process-cwd", "enters another cell's folder by /proc/PID/cwd", OwnProcesses),
        Of("process-files", "opens what another cell's process has open", OwnProcesses),
        Of("process-descriptor", "takes an open file of another cell's process by pidfd_getfd", OwnProcesses),
        Of("process-namespace", "joins the namespaces of another cell's process", OwnProcesses),
        Of("process-limits", "changes the limits of another cell's process", OwnProcesses),
        Of("shared-memory", "opens another cell's shared memory in /dev/shm", OwnMemory),
        Of("segment", "attaches another cell's System V memory", OwnMemory),
        Of("queue", "opens another cell's message queue", OwnMemory),
        Of("control-group", "finds another cell's control group", OwnFiles),
    ];

    private static Attempt Of(string id, string sentence, params ClaimGround[] grounds) =>
        new($"neighbour.{id}", AttemptFamily.Neighbour, sentence, grounds);
}
