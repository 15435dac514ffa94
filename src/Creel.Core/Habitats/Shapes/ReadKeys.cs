namespace Creel.Core.Habitats.Shapes;

/// <summary>
/// What of OpenClaw's configuration something in Creel goes by. A line is a place, a colon, and what is read there; <c>*</c> is any key or
/// entry, and what is below a key that is read is not looked at. Whoever reads one more key writes it down here.
/// </summary>
internal static class ReadKeys
{
    public const string Text = """
        : $schema agents bindings broadcast channels commands env gateway messages meta secrets session skills tools
        : name isolation network groups sharedPaths upstreams budget intercept proxy offline prices bounds unpriced maxTokens compatibility
        : boards users gateways templates
        agents: list defaults entries ownership
        agents.defaults: model brain workspace resources tasks timeoutSeconds contextTokens bootstrapMaxChars bootstrapTotalMaxChars
        agents.defaults: skipBootstrap userTimezone timeFormat thinkingDefault maxConcurrent sandbox heartbeat subagents
        agents.defaults.subagents: maxConcurrent maxSpawnDepth maxChildrenPerAgent archiveAfterMinutes model thinking runTimeoutSeconds
        agents.defaults.heartbeat: every activeHours model session target directPolicy to accountId prompt ackMaxChars
        agents.list.*: id name number default isolation isolationGroup driver image ociRuntime network egress budget resources model
        agents.list.*: brain workspace tasks models limits maxTokens agentDir skills heartbeat identity groupChat subagents sandbox
        agents.list.*: tools thinkingDefault provision
        agents.list.*.heartbeat: every activeHours model session target directPolicy to accountId prompt ackMaxChars
        agents.list.*.groupChat: mentionPatterns historyLimit
        agents.list.*.subagents: allowAgents model thinking
        agents.list.*.tools: profile allow alsoAllow deny byProvider elevated exec fs sandbox toolsBySender
        agents.list.*.tools.exec: timeoutSec
        tools: profile allow alsoAllow deny byProvider sessions agentToAgent elevated exec fs subagents sandbox toolsBySender
        tools.exec: timeoutSec
        session: scope dmScope groupScope identityLinks resetTriggers idleMinutes reset resetByType resetByChannel mainKey sendPolicy
        session: agentToAgent
        messages: responsePrefix groupChat queue ackReaction ackReactionScope removeAckAfterReply
        messages.groupChat: mentionPatterns historyLimit
        commands: text native ownerAllowFrom allowFrom
        skills: load
        skills.load: extraDirs
        gateway: mode port bind customBindHost auth controlUi reload
        gateway.auth: mode token password rateLimit
        gateway.auth.rateLimit: maxAttempts lockoutMs
        gateway.controlUi: allowedOrigins
        channels: *
        channels.defaults: groupPolicy
        channels.telegram: accounts defaultAccount dm direct
        channels.telegram.direct.*: tools toolsBySender
        channels.telegram: name enabled commands dmPolicy botToken tokenFile token replyToMode groups allowFrom groupAllowFrom groupPolicy
        channels.telegram: historyLimit dmHistoryLimit dms textChunkLimit chunkMode mediaMaxMb proxy webhookUrl webhookSecret linkPreview
        channels.telegram: responsePrefix ackReaction apiRoot
        channels.telegram.groups.*: requireMention groupPolicy tools toolsBySender enabled allowFrom systemPrompt topics
        channels.telegram.groups.*.topics.*: requireMention groupPolicy tools toolsBySender enabled allowFrom systemPrompt
        """;

    /// <summary>What to write instead, by place; with the reason where it is not that Creel has nothing of the kind.</summary>
    public const string Instead = """
        models: the providers that cells may ask are upstreams
        auth: keys are with the proxy: creel key set
        cron: have a timer of the machine run: creel agent wake
        hooks: have what calls you run: creel task send
        logging: the log of creel serve goes to standard error, and creel audit has the rest
        plugins: an agent's programs are in its image or its workspace
        mcp: an agent's programs are in its image or its workspace
        skills: skills are folders in the workspace, or in skills.load.extraDirs
        agents.defaults.models: the models that an agent may ask are agents.list[].models
        agents.defaults.compaction: a conversation that is full says so: /new
        agents.defaults.contextPruning: a conversation that is full says so: /new
        agents.defaults.memorySearch: memory_search looks for words in MEMORY.md and memory/
        agents.list.*.memorySearch: memory_search looks for words in MEMORY.md and memory/
        agents.defaults.envelopeTimezone: agents.defaults.userTimezone
        agents.defaults.typingMode: a peer sees that somebody writes while a turn runs
        agents.defaults.typingIntervalSeconds: a peer sees that somebody writes while a turn runs
        session.typingMode: a peer sees that somebody writes while a turn runs
        session.typingIntervalSeconds: a peer sees that somebody writes while a turn runs
        session.store: sessions lie in each agent's state folder
        session.maintenance: what is over is put aside in the agent's state folder; remove it there
        messages.messagePrefix: write it into AGENTS.md, or into a group's systemPrompt
        messages.inbound: messages.queue.debounceMs, which holds while a session is busy
        commands.useAccessGroups: commands.allowFrom
        commands.restart: creel gateway restart
        commands.config: creel habitat, or the file itself
        gateway.auth.allowTailscale: gateway.auth.token
        gateway.auth.trustedProxy: gateway.auth.token
        gateway.auth.rateLimit.windowMs: failures are counted by the minute
        gateway.auth.rateLimit.exemptLoopback: it counts for all
        gateway.trustedProxies: the address that connects is the one that counts
        gateway.tls: put a server with TLS before it, and name its address in controlUi.allowedOrigins
        gateway.controlUi: creel has no pages of its own; programs connect to the gateway's port
        tools.exec: in a cell all may run; what may leave it is egress, and what tools there are is tools.allow
        agents.list.*.tools.exec: in a cell all may run; what may leave it is egress, and what tools there are is tools.allow
        tools.web: web_fetch goes by egress
        channels.modelByChannel: bind those conversations to an agent with that model
        channels.defaults.heartbeat: agents.defaults.heartbeat.target
        channels.telegram.heartbeat: agents.defaults.heartbeat.target
        channels.telegram.groups.*.skills: bind the group to an agent with these skills
        channels.telegram.defaultTo: agents.defaults.heartbeat.to
        channels.telegram.webhookPath: the path is in webhookUrl, and leads to serve's own port
        channels.telegram.webhookHost: creel serve --http-port, on the loopback
        channels.telegram.webhookPort: creel serve --http-port
        channels.telegram.customCommands: the menu has the gateway's own commands
        channels.telegram.streaming: an answer is sent when it is whole
        channels.telegram.streamMode: an answer is sent when it is whole
        channels.telegram.blockStreaming: an answer is sent when it is whole
        channels.telegram.configWrites: nobody on a messenger changes the habitat
        """;
}
