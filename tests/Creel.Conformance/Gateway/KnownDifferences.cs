using System.Text.RegularExpressions;

namespace Creel.Conformance.Gateway;

/// <summary>Where our answers are not as those of the real gateway, on purpose.</summary>
/// <param name="Method">A regular expression.</param>
/// <param name="Path">A regular expression.</param>
internal sealed record KnownDifference(string Method, string Path, string Reason)
{
    public bool Covers(FrameDifference found) =>
        Regex.IsMatch(found.Method, $"^(?:{Method})$") && Regex.IsMatch(found.Path, $"^(?:{Path})$");
}

internal static class KnownDifferences
{
    private const string Beat = "no agent of ours has a heartbeat unless it is written out: it costs money";
    private const string Text = @"payload\.(parsed|sourceConfig|resolved|runtimeConfig|config)(\..*)?";
    private const string Whole = "ok|payload|error";

    private const string SeenAtOnce = "an agent that was created is there: nobody has to wait for it";
    private const string Named = "the name that it was given before, which the real gateway had lost or not yet seen";
    private const string Nobody = "no conversation is made for an agent that nobody declared";
    private const string Tokens = "how much a model holds is known after its first turn";
    private const string Machine = "the gateway tells a program less of the machine it runs on";

    private static readonly KnownDifference[] Old =
    [
        new("connect", @"payload\.snapshot\.presence\[\]\..*", Machine),
        new("connect|health", @".*heartbeat\.(enabled|every|everyMs)", Beat),
        new("status", @".*heartbeat\..*", Beat),
        new("connect", @"payload\.canvasHostUrl", "there is no canvas"),
        new("agents.create", Whole, "a second agent of one name is refused at once, not only when the first is seen"),
        new("agents.update", Whole, SeenAtOnce),
        new("agents.delete", Whole, "and one that was deleted is gone at once"),
        new("agents.files.*", Whole, SeenAtOnce),
        new("agents.files.set", @"error\.message", SeenAtOnce),
        new("agents.files.list", @"payload\.files\[\]\.(missing|size|updatedAtMs)", "the workspace of the replay is empty"),
        new("agents.list", @"payload\.agents\[\]\.name", Named),
        new("agent.identity.get", @"payload\.(name|avatar)", Named),
        new("sessions.patch", Whole, Nobody),
        new("sessions.list", @"payload\.defaults\.contextTokens", Tokens),
        new("sessions.list", @"payload\.sessions\[\]\.derivedTitle", "titles are not made up"),
        new(
            "sessions.reset",
            @"payload\.entry\.(providerOverride|modelOverride|thinkingLevel|sendPolicy)",
            "what was set is told after a reset as well"
        ),
        new("status", @"payload\.sessions\.defaults\.contextTokens", Tokens),
        new("config.get|config.patch", Text, "what the configuration says is another's"),
        new(
            "config.patch",
            @"error\.(code|message|details|retryable|retryAfterMs)",
            "a patch is not limited: it restarts nothing"
        ),
        new("config.patch", @"payload\.(restart|sentinel)", "a patch restarts nothing"),
        new("event (agent|chat)", @"payload\.agentId", "newer clients want it, older leave it alone"),
        new("agent.wait", @"payload\.(status|startedAt|endedAt|error)", "a run that has ended has ended, however it did"),
    ];

    private static readonly KnownDifference[] New =
    [
        new("connect", @"payload\.snapshot\.presence\[\]\..*", Machine),
        new("connect|health", @".*heartbeat\.(enabled|every|everyMs)", Beat),
        new("status", @".*heartbeat\..*", Beat),
        new("connect|health|status|channels.status", @".*\.eventLoop", "there is no such loop"),
        new(
            "connect",
            @"payload\.(server\.controlUiBuildSource|controlUiWidgetKinds|controlUiLinkReaders|pluginSurfaceUrls)",
            "there is no control UI and there are no plugins"
        ),
        new(
            "connect",
            @"payload\.snapshot\.(appliedConfigHash|updateSchedule)",
            "config.get tells the hash; updates are not ours"
        ),
        new("connect", @"payload\.auth\.recoveryScope", "nothing is recovered by it"),
        new(
            "connect",
            @"payload\.policy\.(attachments|allowedSessionVisibilities|hasMultipleSessionSharingIdentities)",
            "no attachments, and one visibility"
        ),
        new(
            "agents.list",
            @"payload\.agents\[\]\.(workspaceGit|createdVia|creatorAgentId|createdAt|defaultPermissionMode)",
            "not kept"
        ),
        new("agents.list", @"payload\.agents\[\]\.agentRuntime\..*", "our brains have other names"),
        new("agents.list", @"payload\.agents\[\]\.(name|identity|identity\..*)", Named),
        new("agents.list", @"payload\.defaultId", "main was deleted before, and another agent is the default then"),
        new("agent.identity.get", @"payload\.(name|nameSource|avatar)", Named),
        new(
            "agents.files.list",
            @"payload\.files\[\]\.(missing|size|updatedAtMs|expectedAbsent)",
            "the workspace of the replay is empty"
        ),
        new("sessions.patch", Whole, Nobody + "; and whether a provider is known shows when it is asked"),
        new("sessions.patch", @"error\.message", "the levels are those of protocol 3"),
        new(
            "sessions.(patch|reset)",
            @"payload\.(entry\.(createdAt|createdVia|delivery|lifecycleRevision|compactionCount|sessionStartedAt|totalTokensVersion|model|modelProvider|providerOverride|modelOverride|thinkingLevel|sendPolicy)|resolved(\..*)?)",
            "of the newer store's own fields none is made up"
        ),
        new("sessions.list", @"payload\.(defaults|sessions\[\])\..*", "of the newer store's own fields none is made up"),
        new("status", @"payload\.sessions\..*", Tokens + "; of the newer store's own fields none is made up"),
        new(
            "status",
            @"payload\.(hostDesktop|degradedSecretOwners|degradedPlugins|tasks|taskAudit|processMemory|workerPools|pid|shutdownBudget)",
            "creel status and its metrics tell how the machine is"
        ),
        new("chat.history", @"payload\..*", "a whole history, not a page of one"),
        new("config.get|config.patch", Text, "what the configuration says is another's"),
        new("config.get", @"payload\.(configRevisionHash|appliedConfigHash)", "there is one hash"),
        new("config.patch", Whole, "agents are a list here, as in protocol 3, and a base hash is always wanted"),
        new("config.patch", @"payload\.(changedPaths|noop|sentinel|restart)", "which paths changed shows in config.get"),
        new("agent \\(end\\)", @"error\.message", "another failure"),
        new("event agent", @"payload\.(sessionId|data\..*)", "the first event of the run there, its end here"),
    ];

    public static IReadOnlyList<KnownDifference> Of(string version) => version == "2026.2.26" ? Old : New;
}
