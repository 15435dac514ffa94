namespace Creel.Core.Habitats.Shapes;

/// <summary>What may be said of tools.</summary>
internal static class ToolShapes
{
    public const string Text = """
        {
        tools: {
            $with: "@toolProfile", byProvider: { "*": "@toolProfile" }, web: "any", media: "any", links: "any",
            sessions: { visibility: "=self|tree|agent|all" }, loopDetection: "any", message: "any",
            agentToAgent: { enabled: "bool", allow: ["string"] },
            elevated: { enabled: "bool", allowFrom: { "*": ["string or number"] } }, exec: "@exec", fs: { workspaceOnly: "bool" },
            subagents: { tools: "@toolList" }, sandbox: { tools: "@toolList" }, toolsBySender: { "*": "@toolList" }, github: "any",
            toolSearch: "any", codeMode: "any", swarm: "any", sessions_spawn: "any", updatePlan: "any",
        },
        agentTools: {
            $with: "@toolProfile", byProvider: { "*": "@toolProfile" },
            elevated: { enabled: "bool", allowFrom: { "*": ["string or number"] } }, exec: "@exec", fs: { workspaceOnly: "bool" },
            loopDetection: "any", sandbox: { tools: "@toolList" }, toolsBySender: { "*": "@toolList" }, codeMode: "any", swarm: "any",
            github: "any", message: "any",
        },
        toolList: {
            allow: ["string"], alsoAllow: ["string"], deny: ["string"],
        },
        toolProfile: {
            $with: "@toolList", profile: "=minimal|coding|messaging|full",
        },
        exec: {
            host: "=sandbox|gateway|node|auto", security: "=deny|allowlist|full", ask: "=off|on-miss|always", node: "string",
            pathPrepend: ["string"], safeBins: ["string"], safeBinTrustedDirs: ["string"], safeBinProfiles: "any",
            backgroundMs: "int 1..", timeoutSec: "int 1..", cleanupMs: "int 1..", notifyOnExit: "bool",
            notifyOnExitEmptySuccess: "bool", applyPatch: "any", mode: "=deny|allowlist|ask|auto|full", strictInlineEval: "bool",
            commandHighlighting: "bool", grantExpiryDays: "int 1..3650",
            reviewer: { model: { $or: ["string", { primary: "string", fallbacks: ["string"] }] },
            thinking: "=minimal|low|medium|high|xhigh|max", fastMode: "bool", timeoutMs: "int 1.." },
            approvalRunningNoticeMs: "int 0..", timeoutSeconds: "int 1..",
        },
        }
        """;
}
