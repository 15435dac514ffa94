namespace Creel.Core.Habitats.Shapes;

/// <summary>What may be said of messages and of the conversations that they make.</summary>
internal static class SessionShapes
{
    public const string Text = """
        {
        bindings: [{ "agentId!": "string", comment: "string", "match!": { "channel!": "string", accountId: "string",
        peer: { "kind!": "=direct|group|channel|dm", "id!": "string" }, guildId: "string", teamId: "string",
        roles: ["string"] }, type: "=route|acp",
        session: { dmScope: "=main|per-peer|per-channel-peer|per-account-channel-peer", groupScope: "=main|per-group" },
        acp: { mode: "=persistent|oneshot", label: "string", cwd: "string", backend: "string" } }],
        broadcast: {
            strategy: "=parallel|sequential",
            "*": { $or: [["string"], { "agents!": ["string"], mentionGating: "bool", maxRounds: "int 1..4",
            maxTurns: "int 1..32" }] },
        },
        session: {
            scope: "=per-sender|global", dmScope: "=main|per-peer|per-channel-peer|per-account-channel-peer",
            identityLinks: { "*": ["string"] }, resetTriggers: ["string"], idleMinutes: "int 1..", reset: "@reset",
            resetByType: { direct: "@reset", dm: "@reset", group: "@reset", thread: "@reset" }, resetByChannel: { "*": "@reset" },
            store: "string", typingIntervalSeconds: "int 1..", typingMode: "=never|instant|thinking|message",
            parentForkMaxTokens: "int 0..", mainKey: "string",
            sendPolicy: { default: "=allow|deny", rules: [{ "action!": "=allow|deny", match: { channel: "string",
            chatType: "=direct|group|channel|dm", keyPrefix: "string", rawKeyPrefix: "string" } }] },
            agentToAgent: { maxPingPongTurns: "int 0..5" }, threadBindings: "any",
            maintenance: { mode: "=enforce|warn", pruneAfter: "string or number", pruneDays: "int 1..", maxEntries: "int 1..",
            rotateBytes: "string or number", resetArchiveRetention: "string or number or =false",
            maxDiskBytes: "string or number or =false", highWaterBytes: "string or number", coldStorage: { enabled: "bool",
            afterDays: "int 1.." }, archiveDashboardAfter: "string or number or =false",
            preserveRecent: "string or number or =false" },
            groupScope: "=main|per-group", notifyOnCreate: "bool", sharing: "any",
        },
        reset: {
            mode: "=daily|idle|none", atHour: "int 0..23", idleMinutes: "int 1..",
        },
        messages: {
            messagePrefix: "string", responsePrefix: "string", groupChat: "@groupChat",
            queue: { mode: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            byChannel: { whatsapp: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            telegram: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            discord: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            irc: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            slack: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            mattermost: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            signal: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            imessage: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            msteams: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            webchat: "=steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
            googlechat: "=steer|followup|collect|interrupt", matrix: "=steer|followup|collect|interrupt" },
            debounceMs: "int 0..", debounceMsByChannel: { "*": "int 0.." }, cap: "int 1..", drop: "=old|new|summarize" },
            inbound: { debounceMs: "int 0..", byChannel: { "*": "int 0.." } }, ackReaction: "string",
            ackReactionScope: "=group-mentions|group-all|direct|all|off|none", removeAckAfterReply: "bool",
            statusReactions: "any", suppressToolErrors: "bool", tts: "any", visibleReplies: "=automatic|message_tool or bool",
            usageTemplate: { $or: ["string", { "*": "any" }] },
            responseUsage: { $or: ["=on|off|tokens|full", { "*": "=on|off|tokens|full" }] },
        },
        commands: {
            native: "bool or =auto", nativeSkills: "bool or =auto", text: "bool", bash: "bool", bashForegroundMs: "int 0..30000",
            config: "bool", debug: "bool", restart: "bool", useAccessGroups: "bool", ownerAllowFrom: ["string or number"],
            ownerDisplay: "=raw|hash", ownerDisplaySecret: "string", allowFrom: { "*": ["string or number"] }, mcp: "bool",
            plugins: "bool",
        },
        }
        """;
}
