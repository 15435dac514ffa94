namespace Creel.Core.Habitats.Shapes;

/// <summary>What may be said of channels.</summary>
internal static class ChannelShapes
{
    public const string Text = """
        {
        channelDefaults: {
            groupPolicy: "=open|disabled|allowlist", heartbeat: { showOk: "bool", showAlerts: "bool", useIndicator: "bool" },
            contextVisibility: "=all|allowlist|allowlist_quote",
            heartbeatVisibility: { showOk: "bool", showAlerts: "bool", useIndicator: "bool" },
            botLoopProtection: { enabled: "bool", maxEventsPerWindow: "int 1..", windowSeconds: "int 1..",
            cooldownSeconds: "int 1.." },
            implicitMentions: { replyToBot: "bool", quotedBot: "bool", threadParticipation: "bool" },
        },
        telegram: {
            $with: "@telegramAccount", accounts: { "*": "@telegramAccount" }, defaultAccount: "string",
        },
        telegramAccount: {
            name: "string", capabilities: "any", markdown: "any", enabled: "bool", commands: "any", customCommands: "any",
            configWrites: "bool", dmPolicy: "=pairing|allowlist|open|disabled", botToken: "string", tokenFile: "string",
            replyToMode: "=off|first|all|batched",
            groups: { "*": { requireMention: "bool", groupPolicy: "=open|disabled|allowlist", tools: { allow: ["string"],
            alsoAllow: ["string"], deny: ["string"] }, toolsBySender: { "*": { allow: ["string"], alsoAllow: ["string"],
            deny: ["string"] } }, skills: ["string"], enabled: "bool", allowFrom: ["string or number"],
            systemPrompt: "string", topics: { "*": { requireMention: "bool", groupPolicy: "=open|disabled|allowlist",
            skills: ["string"], enabled: "bool", allowFrom: ["string or number"], systemPrompt: "string", ingest: "bool",
            disableAudioPreflight: "bool", agentId: "string", errorPolicy: "=always|once|silent" } }, ingest: "bool",
            disableAudioPreflight: "bool", errorPolicy: "=always|once|silent" } },
            allowFrom: ["string or number"], defaultTo: "string or number", groupAllowFrom: ["string or number"],
            groupPolicy: "=open|disabled|allowlist", historyLimit: "int 0..", dmHistoryLimit: "int 0..",
            dms: { "*": { historyLimit: "int 0.." } }, textChunkLimit: "int 1..", chunkMode: "=length|newline", streaming: "any",
            blockStreaming: "bool", draftChunk: "any", blockStreamingCoalesce: "any", streamMode: "=off|partial|block",
            mediaMaxMb: "number >0", timeoutSeconds: "int 1..", retry: "any", network: "any", proxy: "string",
            webhookUrl: "string", webhookSecret: "string", webhookPath: "string", webhookHost: "string", webhookPort: "int 0..",
            actions: "any", reactionNotifications: "=off|own|all", reactionLevel: "=off|ack|minimal|extensive",
            heartbeat: { showOk: "bool", showAlerts: "bool", useIndicator: "bool" }, linkPreview: "bool",
            responsePrefix: "string", ackReaction: "string",
            mentionPatterns: { mode: "=allow|deny", allowIn: ["string"], denyIn: ["string"] },
            contextVisibility: "=all|allowlist|allowlist_quote",
            heartbeatVisibility: { showOk: "bool", showAlerts: "bool", useIndicator: "bool" }, healthMonitor: { enabled: "bool" },
            joinIntro: "bool", execApprovals: "any",
            direct: { "*": { dmPolicy: "=pairing|allowlist|open|disabled", tools: { allow: ["string"], alsoAllow: ["string"],
            deny: ["string"] }, toolsBySender: { "*": { allow: ["string"], alsoAllow: ["string"], deny: ["string"] } },
            skills: ["string"], enabled: "bool", allowFrom: ["string or number"], systemPrompt: "string",
            topics: { "*": { requireMention: "bool", ingest: "bool", disableAudioPreflight: "bool",
            groupPolicy: "=open|disabled|allowlist", skills: ["string"], enabled: "bool", allowFrom: ["string or number"],
            systemPrompt: "string", agentId: "string", errorPolicy: "=always|once|silent" } },
            errorPolicy: "=always|once|silent", requireTopic: "bool", autoTopicLabel: { $or: ["bool", { enabled: "bool",
            prompt: "string" }] } } },
            richMessages: "bool", webhookCertPath: "string", threadBindings: "any", silentErrorReplies: "bool",
            errorPolicy: "any", apiRoot: "string", trustedLocalFileRoots: ["string"],
            autoTopicLabel: { $or: ["bool", { enabled: "bool", prompt: "string" }] },
        },
        whatsapp: {
            $with: "@whatsappAccount", accounts: { "*": "@whatsappAccount" }, defaultAccount: "string",
        },
        whatsappAccount: {
            enabled: "bool", capabilities: "any", markdown: "any", configWrites: "bool", sendReadReceipts: "bool",
            messagePrefix: "string", responsePrefix: "string", dmPolicy: "=pairing|allowlist|open|disabled", selfChatMode: "bool",
            allowFrom: ["string"], defaultTo: "string", groupAllowFrom: ["string"], groupPolicy: "=open|disabled|allowlist",
            historyLimit: "int 0..", dmHistoryLimit: "int 0..", dms: { "*": { historyLimit: "int 0.." } },
            textChunkLimit: "int 1..", chunkMode: "=length|newline", blockStreaming: "bool", blockStreamingCoalesce: "any",
            groups: { "*": { requireMention: "bool", tools: { allow: ["string"], alsoAllow: ["string"], deny: ["string"] },
            toolsBySender: { "*": { allow: ["string"], alsoAllow: ["string"], deny: ["string"] } },
            systemPrompt: "string" } },
            ackReaction: { emoji: "string", direct: "bool", group: "=always|mentions|never" }, debounceMs: "int 0..",
            heartbeat: { showOk: "bool", showAlerts: "bool", useIndicator: "bool" }, mediaMaxMb: "int 1..", actions: "any",
            mentionPatterns: { mode: "=allow|deny", allowIn: ["string"], denyIn: ["string"] },
            contextVisibility: "=all|allowlist|allowlist_quote", streaming: "any",
            heartbeatVisibility: { showOk: "bool", showAlerts: "bool", useIndicator: "bool" }, healthMonitor: { enabled: "bool" },
            replyToMode: "=off|first|all|batched", direct: { "*": { systemPrompt: "string" } },
            reactionLevel: "=off|ack|minimal|extensive", pluginHooks: { messageReceived: "bool" }, name: "string",
            authDir: "string",
        },
        }
        """;
}
