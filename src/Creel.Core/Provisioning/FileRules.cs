namespace Creel.Core.Provisioning;

/// <summary>Which files an agent has, and which of them belong to it once they are there.</summary>
public static class FileRules
{
    /// <summary>The first instructions: whoever has read them takes them away.</summary>
    public const string Bootstrap = "BOOTSTRAP.md";

    /// <summary>Where a gateway does not say which files it takes.</summary>
    public static readonly IReadOnlySet<string> Usual = new HashSet<string>(StringComparer.Ordinal)
    {
        "AGENTS.md",
        "AUTONOMY.md",
        "BOOT.md",
        "BOOTSTRAP.md",
        "HEARTBEAT.md",
        "IDENTITY.md",
        "MEMORY.md",
        "SELF.md",
        "SOUL.md",
        "TASK_SOUL.md",
        "TOOLS.md",
        "USER.md",
    };

    /// <summary>Those that we write.</summary>
    public static readonly IReadOnlyList<string> Ours =
    [
        .. (string[])["AGENTS.md", "BOOTSTRAP.md", "HEARTBEAT.md", "IDENTITY.md", "MEMORY.md", "SOUL.md", "TOOLS.md", "USER.md"],
    ];

    /// <summary>The agent writes them itself.</summary>
    public static readonly IReadOnlySet<string> Kept = new HashSet<string>(StringComparer.Ordinal)
    {
        "SELF.md",
        "USER.md",
        "MEMORY.md",
        "TASK_SOUL.md",
    };

    /// <summary>Asked for whatever the gateway says.</summary>
    public static readonly IReadOnlyList<string> Always = ["USER.md", "SELF.md", "AUTONOMY.md"];

    private static readonly string[] OfMain = ["AGENTS.md", "HEARTBEAT.md", "USER.md", "BOOT.md", "TOOLS.md"];

    /// <summary>The template of a file.</summary>
    public static string Template(string file, AgentKind kind) =>
        kind == AgentKind.Main && OfMain.Contains(file) ? $"MAIN_{file}"
        : file != "HEARTBEAT.md" ? file
        : kind == AgentKind.Lead ? "HEARTBEAT_LEAD.md"
        : "HEARTBEAT_AGENT.md";

    /// <summary>A name of a file in a folder, on any system, and nothing that leads elsewhere.</summary>
    public static bool IsPlainName(string name) =>
        name.Length is > 0 and <= 128
        && name is not ("." or "..")
        && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c));

    /// <summary>
    /// Whether an agent gets its first instructions. One that is brought up to date gets them unless they are gone: it had read them.
    /// </summary>
    /// <param name="action">Anything but <c>update</c> is a first time.</param>
    /// <param name="there">The agent's files at its gateway, and whether each is missing; those that it does not name are not in it.</param>
    public static bool TakesBootstrap(string action, bool force, IReadOnlyDictionary<string, bool> there) =>
        action != "update" || force || (there.Count > 0 && !(there.TryGetValue("BOOTSTRAP.md", out var missing) && missing));

    /// <summary>
    /// Whether a file is written. Those that are the agent's own are left as they are; the original left them even the first time, when the
    /// gateway had only just made them.
    /// </summary>
    public static bool IsWritten(
        string file,
        string content,
        string action,
        bool overwrite,
        IReadOnlyDictionary<string, bool> there,
        ProvisioningMode mode
    ) =>
        content.Length > 0
        && (
            !Kept.Contains(file)
            || !there.TryGetValue(file, out var missing)
            || missing
            || (mode == ProvisioningMode.Ours && (action != "update" || overwrite))
        );
}
