namespace Creel.Core.Tools;

/// <summary>The tools that a configuration can name, and its words for several of them at once, as OpenClaw has them.</summary>
public static class ToolNames
{
    /// <summary>What the native brain has.</summary>
    public static readonly IReadOnlyList<string> Native =
    [
        "read",
        "write",
        "edit",
        "apply_patch",
        "exec",
        "process",
        "web_fetch",
        "memory_search",
        "memory_get",
        "sessions_list",
        "sessions_history",
        "sessions_send",
        "sessions_spawn",
        "session_status",
        "agents_list",
    ];

    /// <summary>What OpenClaw has beside those; a configuration may name them, and the native brain has none of them.</summary>
    public static readonly IReadOnlyList<string> Others =
    [
        "web_search",
        "subagents",
        "browser",
        "canvas",
        "message",
        "cron",
        "gateway",
        "nodes",
        "image",
        "tts",
        "whatsapp_login",
    ];

    public static readonly IReadOnlyList<string> All = [.. Native, .. Others];

    public static readonly IReadOnlyDictionary<string, string[]> Groups = MakeGroups();

    /// <summary>A profile's tools; null: all.</summary>
    public static readonly IReadOnlyDictionary<string, string[]?> Profiles = new Dictionary<string, string[]?>
    {
        ["minimal"] = ["session_status"],
        ["coding"] = ["group:fs", "group:runtime", "group:memory", "group:sessions", "cron", "image"],
        ["messaging"] = ["sessions_list", "sessions_history", "sessions_send", "session_status", "message"],
        ["full"] = null,
    };

    /// <summary>For owners alone.</summary>
    public static readonly IReadOnlyList<string> OwnerOnly = ["cron", "gateway", "whatsapp_login"];

    public static readonly IReadOnlyList<string> SandboxAllow =
    [
        "exec",
        "process",
        "read",
        "write",
        "edit",
        "apply_patch",
        "image",
        "sessions_list",
        "sessions_history",
        "sessions_send",
        "sessions_spawn",
        "subagents",
        "session_status",
    ];

    /// <summary>And the ids of all channels.</summary>
    public static readonly IReadOnlyList<string> SandboxDeny = ["browser", "canvas", "nodes", "cron", "gateway"];

    /// <summary>What a turn that another turn asked for never has.</summary>
    public static readonly IReadOnlyList<string> SubagentDeny =
    [
        "gateway",
        "agents_list",
        "whatsapp_login",
        "session_status",
        "cron",
        "memory_search",
        "memory_get",
        "sessions_send",
    ];

    /// <summary>And what it does not have where it may ask nobody else.</summary>
    public static readonly IReadOnlyList<string> LeafDeny = ["sessions_list", "sessions_history", "sessions_spawn"];

    /// <summary>As it is compared: trimmed, in lower case, by its own name.</summary>
    public static string Plain(string name) =>
        name.Trim().ToLowerInvariant() switch
        {
            "bash" => "exec",
            "apply-patch" => "apply_patch",
            var plain => plain,
        };

    /// <summary>Whether a word of a list stands for any tool.</summary>
    public static bool Knows(string word) =>
        ToolPattern.Expand([word]) is var patterns && All.Any(tool => ToolPattern.Match(patterns, tool) is not null);

    private static Dictionary<string, string[]> MakeGroups()
    {
        var groups = new Dictionary<string, string[]>
        {
            ["group:fs"] = ["read", "write", "edit", "apply_patch"],
            ["group:runtime"] = ["exec", "process"],
            ["group:web"] = ["web_search", "web_fetch"],
            ["group:memory"] = ["memory_search", "memory_get"],
            ["group:sessions"] =
            [
                "sessions_list",
                "sessions_history",
                "sessions_send",
                "sessions_spawn",
                "subagents",
                "session_status",
            ],
            ["group:ui"] = ["browser", "canvas"],
            ["group:messaging"] = ["message"],
            ["group:automation"] = ["cron", "gateway"],
            ["group:nodes"] = ["nodes"],
            ["group:agents"] = ["agents_list"],
            ["group:media"] = ["image", "tts"],
            ["group:plugins"] = [],
        };
        groups["group:openclaw"] =
        [
            .. groups.Where(g => g.Key is not ("group:fs" or "group:runtime" or "group:plugins")).SelectMany(g => g.Value),
        ];
        return groups;
    }
}
