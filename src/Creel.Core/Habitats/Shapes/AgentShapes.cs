namespace Creel.Core.Habitats.Shapes;

/// <summary>What may be said of agents.</summary>
internal static class AgentShapes
{
    public const string Text = """
        {
        agent: {
            "id!": "string", default: "bool", name: "string", workspace: "string", agentDir: "string", model: "@model",
            skills: ["string"], memorySearch: "any", humanDelay: "any", heartbeat: "@heartbeat",
            identity: { name: "string", theme: "string", emoji: "string", avatar: "string" }, groupChat: "@groupChat",
            subagents: { allowAgents: ["string"], model: "@model", thinking: "string", delegationMode: "=suggest|prefer",
            requireAgentId: "bool" },
            sandbox: "@sandbox", tools: "@agentTools", description: "string", cwd: "string", utilityModel: "string",
            decisionModel: "string", models: "any", modelPolicy: "any",
            thinkingDefault: "=off|minimal|low|medium|high|xhigh|adaptive|max|ultra", verboseDefault: "=off|on|full",
            toolProgressDetail: "=explain|raw", reasoningDefault: "=on|off|stream", fastModeDefault: "bool or =auto",
            contextInjection: "=always|continuation-skip|never", bootstrapMaxChars: "int 1..", bootstrapTotalMaxChars: "int 1..",
            experimental: "any", embeddedAgent: "any", params: "any", runtime: "any", memory: "any",
            typingMode: "=never|instant|thinking|message", tts: "any", skillsLimits: { maxSkillsPromptChars: "int 0.." },
            contextLimits: "any",
        },
        agentDefaults: {
            model: "@model", imageModel: "@model", models: "any", workspace: "string", repoRoot: "string", skipBootstrap: "bool",
            bootstrapMaxChars: "int 1..", bootstrapTotalMaxChars: "int 1..", userTimezone: "string", timeFormat: "=auto|12|24",
            envelopeTimezone: "string", envelopeTimestamp: "=on|off", envelopeElapsed: "=on|off", contextTokens: "int 1..",
            cliBackends: "any", memorySearch: "any", contextPruning: "any", compaction: "any", embeddedPi: "any",
            thinkingDefault: "=off|minimal|low|medium|high|xhigh|adaptive|max|ultra", verboseDefault: "=off|on|full",
            elevatedDefault: "=off|on|ask|full", blockStreamingDefault: "=off|on", blockStreamingBreak: "=text_end|message_end",
            blockStreamingChunk: "any", blockStreamingCoalesce: "any", humanDelay: "any", timeoutSeconds: "int 0..",
            mediaMaxMb: "number >0", imageMaxDimensionPx: "int 1..", typingIntervalSeconds: "int 1..",
            typingMode: "=never|instant|thinking|message", heartbeat: "@heartbeat", maxConcurrent: "int 1..",
            subagents: { maxConcurrent: "int 1..", maxSpawnDepth: "int 1..5", maxChildrenPerAgent: "int 1..20",
            archiveAfterMinutes: "int 0..", model: "@model", thinking: "string", runTimeoutSeconds: "int 0..",
            announceTimeoutMs: "int 1..", delegationMode: "=suggest|prefer", allowAgents: ["string"],
            requireAgentId: "bool" },
            sandbox: "@sandbox", params: "any", modelSelectionScope: "=session|agent|global", utilityModel: "string",
            decisionModel: "string", mediaModels: "any", voiceModel: "any", pdfModel: "any", pdfMaxMb: "number >0",
            pdfMaxPages: "int 1..", modelPolicy: "any", cwd: "string", skills: ["string"], silentReply: "any",
            skipOptionalBootstrapFiles: ["=SOUL.md|USER.md|HEARTBEAT.md|IDENTITY.md"],
            contextInjection: "=always|continuation-skip|never", experimental: "any", startupContext: "any", embeddedAgent: "any",
            fastModeDefault: "bool or =auto", toolProgressDetail: "=explain|raw", reasoningDefault: "=off|on|stream",
            imageQuality: "=auto|efficient|balanced|high", systemAgent: "any", authInheritance: "any", sessionStore: "any",
            contextLimits: "any",
        },
        model: { $or: ["string", { primary: "string", fallbacks: ["string"], timeoutMs: "int 1.." }] },
        heartbeat: {
            every: "string", activeHours: { start: "string", end: "string", timezone: "string" }, model: "string",
            session: "string", includeReasoning: "bool", target: "string", directPolicy: "=allow|block", to: "string",
            accountId: "string", prompt: "string", ackMaxChars: "int 0..", suppressToolErrorWarnings: "bool",
            timeoutSeconds: "int 1..", lightContext: "bool", isolatedSession: "bool", agentId: "string",
        },
        groupChat: {
            mentionPatterns: ["string"], historyLimit: "int 0..", unmentionedInbound: "=user_request|room_event",
            visibleReplies: "=automatic|message_tool or bool",
        },
        sandbox: {
            mode: "=off|non-main|all", workspaceAccess: "=none|ro|rw", sessionToolsVisibility: "=spawned|all",
            scope: "=session|agent|shared", perSession: "bool", workspaceRoot: "string", docker: "@docker", browser: "any",
            prune: "any", backend: "string", ssh: "any",
        },
        docker: {
            image: "string", containerPrefix: "string", workdir: "string", readOnlyRoot: "bool", tmpfs: ["string"],
            network: "string", user: "string", capDrop: ["string"], env: { "*": "string" }, setupCommand: { $or: ["string", ["string"]] },
            pidsLimit: "int 1..", memory: "string or number", memorySwap: "string or number", cpus: "number >0",
            ulimits: { "*": { $or: ["string", "number", { soft: "int 0..", hard: "int 0.." }] } }, seccompProfile: "string",
            apparmorProfile: "string", dns: ["string"], extraHosts: ["string"], binds: ["string"],
            dangerouslyAllowReservedContainerTargets: "bool", dangerouslyAllowExternalBindSources: "bool",
            dangerouslyAllowContainerNamespaceJoin: "bool", gpus: "string",
        },
        }
        """;
}
