namespace Creel.Core.Tools;

/// <summary>Which tools an agent has: each step of the configuration can only take away.</summary>
public static class ToolPolicy
{
    /// <param name="tools">Plain names.</param>
    public static ToolResolution Resolve(ToolRules rules, ToolQuestion question, IEnumerable<string> tools)
    {
        var warnings = new List<string>();
        var steps = Steps(rules, question, warnings);
        var verdicts = new List<ToolVerdict>();
        foreach (var tool in tools)
        {
            var by = steps.Select(step => (step.Name, Why: step.Removes(tool))).FirstOrDefault(s => s.Why is not null);
            verdicts.Add(new ToolVerdict(tool, by.Name, by.Why));
        }

        return new ToolResolution(verdicts, warnings);
    }

    private static List<ToolStep> Steps(ToolRules rules, ToolQuestion question, List<string> warnings)
    {
        var steps = new List<ToolStep>();
        var (globalName, globalList) = ForModel(rules.Global, question, "tools.byProvider");
        var (agentName, agentList) = ForModel(rules.Agent, question, "the agent's tools.byProvider");

        AddProfile(rules.Agent.List, rules.Global.List, "profile");
        AddProfile(agentList, globalList, "provider's profile");
        Add("tools", rules.Global.List);
        Add(globalName, globalList);
        Add("the agent's tools", rules.Agent.List);
        Add(agentName, agentList);
        foreach (var limit in question.Limits ?? [])
        {
            Limit(limit);
        }

        if (rules.Sandboxed)
        {
            steps.Add(Sandbox(rules));
        }

        if (question.Subagent)
        {
            steps.Add(Subagent(rules.Subagents, question.Leaf));
        }

        if (!question.Owner)
        {
            steps.Add(new ToolStep("owners only", [], ToolNames.OwnerOnly));
        }

        return steps;

        // The agent's profile takes the place of the global one, and so does what either adds to it.
        void AddProfile(ToolList agent, ToolList global, string name)
        {
            if ((agent.Profile ?? global.Profile) is not { } profile)
            {
                return;
            }

            if (!ToolNames.Profiles.TryGetValue(profile.Trim().ToLowerInvariant(), out var allow))
            {
                warnings.Add($"{Slug.Quote(profile)} is no profile, so it limits nothing");
            }
            else if (allow is not null)
            {
                steps.Add(
                    new ToolStep(
                        $"{name} {profile}",
                        ToolPattern.Expand([.. allow, .. agent.AlsoAllow ?? global.AlsoAllow ?? []]),
                        []
                    )
                );
            }
        }

        // Who is limited to what is no tool here has none: the list is not there to add any.
        void Limit(ToolLimit limit)
        {
            if (!limit.List.SaysNothing)
            {
                steps.Add(ToolStep.Of(limit.From, limit.List));
            }
        }

        void Add(string name, ToolList list)
        {
            if (list.Allow is null && list.AlsoAllow is null && list.Deny is null)
            {
                return;
            }

            steps.Add(ToolStep.Of(name, list).WithoutStrangers(out var ignored));
            if (ignored)
            {
                warnings.Add(
                    $"{name} allows nothing that is a tool here, so its allow list is left out; to add tools use alsoAllow"
                );
            }
        }
    }

    /// <summary>What is said of the very model, else of its provider. A model whose name has a maker's in it may stand alone, as in OpenClaw.</summary>
    private static (string Name, ToolList List) ForModel(ToolScope scope, ToolQuestion question, string where)
    {
        var provider = question.Provider.Trim().ToLowerInvariant();
        var model = question.Model.Trim().ToLowerInvariant();
        foreach (
            var key in (string[])[$"{provider}/{model}", model.Contains('/', StringComparison.Ordinal) ? model : "", provider]
        )
        {
            if (key.Length > 0 && scope.ByProvider.TryGetValue(key, out var list))
            {
                return ($"{where}[{key}]", list);
            }
        }

        return (where, new ToolList());
    }

    private static ToolStep Sandbox(ToolRules rules)
    {
        var (agent, global) = (rules.AgentSandbox, rules.GlobalSandbox);
        var also = ToolPattern.Expand(agent.AlsoAllow ?? global.AlsoAllow ?? []);
        var allow = ToolPattern.Expand(agent.Allow ?? global.Allow ?? ToolNames.SandboxAllow);

        // An empty list lets all through, and stays empty.
        allow = allow.Count == 0 ? allow : [.. allow.Union(also)];

        // What is usually denied gives way to what is also allowed by name; what was written stays.
        var deny = ToolPattern.Expand(
            agent.Deny
                ?? global.Deny
                ?? [.. ToolNames.SandboxDeny.Concat(rules.Channels).Where(tool => ToolPattern.Match(also, tool) is null)]
        );
        if (allow.Count > 0 && !allow.Contains("image") && ToolPattern.Match(deny, "image") is null)
        {
            allow = [.. allow, "image"];
        }

        return new ToolStep("tools.sandbox.tools", allow, deny);
    }

    private static ToolStep Subagent(ToolList said, bool leaf)
    {
        string[] given = [.. (said.Allow ?? []).Concat(said.AlsoAllow ?? []).Select(ToolNames.Plain)];
        var taken = ToolNames.SubagentDeny.Concat(leaf ? ToolNames.LeafDeny : []).Where(tool => !given.Contains(tool));
        IReadOnlyList<string> allow = said.Allow is { Count: > 0 } list ? [.. list, .. said.AlsoAllow ?? []] : [];
        return new ToolStep(
            "tools.subagents.tools",
            ToolPattern.Expand(allow),
            ToolPattern.Expand([.. taken, .. said.Deny ?? []])
        );
    }
}
