using static Creel.Core.Policy.ClaimGround;

namespace Creel.Core.Policy;

/// <summary>How a cell may try to take more of the machine than it was given. Each attempt is bounded in count and time.</summary>
internal static class ClaimsOnResources
{
    public const string Memory = "resource.memory";
    public const string Cpu = "resource.cpu";
    public const string Processes = "resource.processes";

    public static IReadOnlyList<Attempt> Attempts { get; } =
    [
        new(Processes, AttemptFamily.Resource, "starts more processes than its limit", [ProcessLimit]),
        new(Memory, AttemptFamily.Resource, "takes more memory than its limit", [MemoryLimit]),
        new(Cpu, AttemptFamily.Resource, "takes more of the processors than its limit", [CpuLimit]),
        new("resource.files", AttemptFamily.Resource, "holds 20,000 files open at once", [FileLimit]),
        new("resource.disk", AttemptFamily.Resource, "takes 16 MiB of the disk in its workspace", []),
    ];
}
