namespace Creel.Core.Provisioning;

/// <summary>Which files an agent has, and which of them belong to it once they are there.</summary>
public static class FileRules
{
    /// <summary>The first instructions: whoever has read them takes them away.</summary>
    public const string Bootstrap = "BOOTSTRAP.md";

    /// <summary>Those that a model is shown, in the order in which it is.</summary>
    public static readonly IReadOnlyList<string> Shown =
    [
        "AGENTS.md",
        "SOUL.md",
        "TOOLS.md",
        "IDENTITY.md",
        "USER.md",
        "HEARTBEAT.md",
        Bootstrap,
        "MEMORY.md",
    ];

    /// <summary>Those that we write.</summary>
    public static readonly IReadOnlyList<string> Ours = [.. Shown.Order(StringComparer.Ordinal)];

    /// <summary>Where a gateway does not say which files it takes.</summary>
    public static readonly IReadOnlySet<string> Usual = Ours.Concat(["AUTONOMY.md", "BOOT.md", "SELF.md", "TASK_SOUL.md"])
        .ToHashSet(StringComparer.Ordinal);

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
    /// Whether the original gives an agent its first instructions. One that is brought up to date gets them unless they are gone: it had
    /// read them.
    /// </summary>
    /// <param name="action">Anything but <c>update</c> is a first time.</param>
    /// <param name="there">The agent's files at its gateway, and whether each is missing; those that it does not name are not in it.</param>
    public static bool TakesBootstrap(string action, bool force, IReadOnlyDictionary<string, bool> there) =>
        action != "update" || force || (there.Count > 0 && !(there.TryGetValue(Bootstrap, out var missing) && missing));

    /// <summary>Whether the original writes a file: those that are the agent's own it left, even where the gateway had only just made them.</summary>
    /// <param name="there">As for <see cref="TakesBootstrap"/>.</param>
    public static bool IsSeeded(string file, string content, IReadOnlyDictionary<string, bool> there) =>
        content.Length > 0 && (!Kept.Contains(file) || !there.TryGetValue(file, out var missing) || missing);
}
