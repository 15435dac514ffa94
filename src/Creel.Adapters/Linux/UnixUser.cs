using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>Whom this process is to the kernel.</summary>
public static class UnixUser
{
    /// <summary>Creel may take on other users, mount and limit.</summary>
    public static bool IsRoot => Libc.geteuid() == 0;

    public static CellUser Current => new((int)Libc.geteuid(), (int)Libc.getegid());

    /// <summary>The supplementary groups of this process.</summary>
    internal static IReadOnlyList<uint> Groups { get; } =
    [
        .. KernelFile
            .Lines("/proc/self/status")
            .Where(line => line.StartsWith("Groups:", StringComparison.Ordinal))
            .SelectMany(line => line["Groups:".Length..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Select(uint.Parse),
    ];

    /// <summary>The user that a cell is to run as; null means that of Creel itself, which is then not root.</summary>
    /// <exception cref="CreelException">The cell would run as root, or as a user that can't be taken on.</exception>
    internal static CellUser? For(CellSpec spec)
    {
        if (IsRoot)
        {
            return spec.User is { Uid: > 0, Gid: > 0 } user
                ? user
                : throw new CreelException(
                    Fault.Invalid(
                        "cell-user",
                        $"cell {spec.Id} has no user of its own",
                        "As root give each cell a uid and gid that belong to nobody else"
                    )
                );
        }

        return spec.User is null || spec.User == Current
            ? null
            : throw new CreelException(
                Fault.Refused(
                    "cell-user",
                    $"cell {spec.Id} is to run as uid {spec.User.Uid}, which only root can start",
                    "Run creel as root"
                )
            );
    }
}
