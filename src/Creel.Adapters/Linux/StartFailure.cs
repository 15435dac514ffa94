using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>What the tools say when a cell does not start, with the command that mends it.</summary>
internal static class StartFailure
{
    public const string UserNamespaces = "sysctl -w user.max_user_namespaces=15000";
    public const string UnprivilegedClone = "sysctl -w kernel.unprivileged_userns_clone=1";
    public const string AppArmor = "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";

    private static readonly (string Said, string Remedy)[] Known =
    [
        ("No permissions to creat", $"{UnprivilegedClone} (or run creel as root, or {AppArmor})"),
        ("Creating new namespace failed", UserNamespaces),
        ("unshare failed: Operation not permitted", "Run creel where it has CAP_SYS_ADMIN, or as an ordinary user"),
        ("Unknown option --disable-userns", "apt-get install bubblewrap (0.8.0 or later)"),
        ("setting up uid map: Permission denied", AppArmor),
    ];

    public static Fault Explain(CellId cell, string said, string log)
    {
        var remedy = Known.FirstOrDefault(known => said.Contains(known.Said, StringComparison.Ordinal)).Remedy;
        return new Fault(
            FaultKind.ApplyFailed,
            "cell-start",
            said.Length > 0 ? $"cell {cell} did not start: {said}" : $"cell {cell} did not start, and said nothing",
            remedy ?? $"Read {log}"
        );
    }
}
