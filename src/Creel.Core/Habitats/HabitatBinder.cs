using Creel.Core.Budgets;
using Creel.Core.Habitats.Checks;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Habitats.Shapes;
using Creel.Core.Isolation;
using Creel.Core.Outbound;

namespace Creel.Core.Habitats;

/// <summary>From a tree in Creel's own shape to the model.</summary>
/// <param name="own">Where the files of the habitat lie, absolute.</param>
internal sealed class HabitatBinder(
    HabitatInput input,
    IReadOnlyCollection<string> own,
    Findings findings,
    Dictionary<string, HabitatPlace> declared,
    Dictionary<string, HabitatPlace> budgets
)
{
    private const string BesideAgents = "write it on the agent, under groups, or (isolation and network) at the top level";

    /// <param name="root">With variables expanded.</param>
    /// <param name="written">As it was written, for the sections.</param>
    /// <returns>Null where there are errors.</returns>
    public HabitatModel? Bind(Json5Object root, Json5Object written)
    {
        KnownKeys.CheckTop(root, findings);
        FiniteNumbers.Check(root, findings);
        var said = root;
        root = new SandboxKeys(findings).Write(root);
        var top = new Fields(root, findings);
        var level = Words.Level(top.Any("isolation"), findings) ?? IsolationLevel.Session;
        var network = Words.Network(top.Any("network"), findings);
        var agents = top.Object("agents") is { } node ? new Fields(node, findings) : null;
        var defaults = agents?.Object("defaults") is { } given ? new Fields(given, findings) : null;
        CheckKeys(agents, defaults);

        var roster = new AgentRoster(findings);
        var drafts = roster.Read(agents, root);
        var chosen = roster.Default();
        foreach (var draft in drafts)
        {
            declared[draft.Id.Value] = new HabitatPlace(draft.IdAt.File, draft.IdAt.Line, draft.IdAt.Column);
            KnownKeys.Check(draft.Fields.Node, "an agent", KnownKeys.Agent, KnownKeys.OpenClawAgent, "", findings);
        }

        var limits = ResourceReader.Read(defaults?.Object("resources"), ResourceReader.BuiltIn, findings);
        var spending = new BudgetReader(budgets, findings);
        var groups = new GroupReader(level, network, limits, spending, findings).Read(top.Object("groups"), drafts);
        var handed = new HandedOver(findings);
        var workspaces = new WorkspaceReader(input.BaseFolder, input.HomeFolder, input.StateFolder, handed, findings);
        var rules = new AgentRulesReader(top, defaults, input.HomeFolder, findings).Read(drafts, chosen);
        var models = new AgentReader(defaults, workspaces, rules, input.StateFolder, input.HomeFolder, findings).Read(
            drafts,
            chosen
        );
        groups = new OpenClawReader(top.Object("groups"), defaults, input.HomeFolder, handed, findings).Read(
            groups,
            models,
            drafts
        );
        (models, groups) = new SandboxMounts(defaults?.Node.Map("sandbox"), input.HomeFolder, handed, findings).Apply(
            models,
            groups,
            drafts
        );
        groups = new SandboxMaking(defaults?.Node.Map("sandbox"), findings).Apply(groups, drafts);
        var name = top.Text("name") ?? "habitat";
        var shared = SharedPaths(top.Array("sharedPaths"), handed);
        var offline = new OfflineReader(input.Include, models, groups, findings);
        var script = offline.Read(top);
        var templates = new TemplateFolderReader(input.Include, findings);
        var ownTemplates = templates.Read(top);
        IEnumerable<string> beside = [.. new[] { offline.File }.OfType<string>(), .. templates.Files];
        handed.Check([.. own, .. beside.SelectMany(PathsOf)]);
        var upstreams = new UpstreamReader(findings).Read(top.Object("upstreams"));
        var budget = spending.Read(top, PurseId.Habitat);
        var prices = new PriceReader(upstreams, findings);
        var (ownPrices, bounds) = (prices.Prices(top.Object("prices")), prices.Bounds(top.Object("bounds")));
        var (unpriced, maxTokens) = (prices.Unpriced(top), PriceReader.MaxTokens(top));
        var compatibility = new CompatibilityReader(findings).Read(top.Object("compatibility"));
        var elsewhere = new GatewayRoster(drafts, findings).Read(top.Object("gateways"));
        var foreign = new ForeignGatewayReader(findings).Read(top.Object("gateways"), elsewhere);
        var (bodyLimit, readTimeout) = ProxyReader.Read(top.Object("proxy"), findings);
        var intercept = top.Flag("intercept") ?? true;
        var bridge = Bridge(top.Object("tools"), models);
        var provisioning = new ProvisioningReader(findings).Read(top, drafts, elsewhere, ownTemplates);
        var gateway = new SectionsReader(SecretsUnread.In(said, written)).Read(rules);
        new SectionRulesCheck(findings).Check(said, models, input.StateFolder, input.HomeFolder);
        new SectionCheck(findings).Check(said);
        new BindingCheck(findings).Check(said, models);
        if (!findings.HasErrors)
        {
            var entries = drafts.ToDictionary(
                d => d.Id,
                d => d.Fields.Node.Map("provision") is { } part ? new Fields(part, findings) : d.Fields
            );
            foreach (var draft in elsewhere)
            {
                entries[draft.Id] = draft.Fields;
            }

            new TemplateTrial(provisioning, entries, findings).Run(models, foreign.Values);
        }

        return findings.HasErrors
            ? null
            : new HabitatModel
            {
                Name = name,
                Agents = models,
                DefaultNamed = drafts.Count <= 1 || drafts.Any(d => d.Fields.Flag("default") == true),
                Groups = groups,
                SharedPaths = shared,
                Bridge = bridge,
                Upstreams = upstreams,
                Budgets = budget,
                Prices = ownPrices,
                Bounds = bounds,
                Unpriced = unpriced,
                MaxTokens = maxTokens,
                Intercept = intercept,
                BodyLimit = bodyLimit ?? ProxyOrders.UsualBodyLimit,
                ReadTimeout = readTimeout ?? ProxyOrders.UsualReadTimeout,
                Offline = script,
                Compatibility = compatibility,
                ForeignGateways = foreign,
                Sections = Sections(written),
                Gateway = gateway,
                Provisioning = provisioning,
                StateFolder = input.StateFolder,
            };
    }

    private void CheckKeys(Fields? agents, Fields? defaults)
    {
        if (agents is not null)
        {
            KnownKeys.Check(agents.Node, "agents", ["defaults", "list", "entries"], ["ownership"], BesideAgents, findings);
        }

        if (defaults is not null)
        {
            KnownKeys.Check(
                defaults.Node,
                "agents.defaults",
                KnownKeys.Defaults,
                KnownKeys.OpenClawDefaults,
                BesideAgents,
                findings
            );
        }
    }

    /// <summary>By name, and where it really is.</summary>
    private IEnumerable<string> PathsOf(string file) =>
        new[] { $"{input.BaseFolder.TrimEnd('/')}/{file}", input.Really?.Invoke(file) }.OfType<string>();

    private IReadOnlyList<SharedPath> SharedPaths(Json5Array? list, HandedOver handed)
    {
        var paths = new List<SharedPath>();
        foreach (var item in list?.Items ?? [])
        {
            if (SharedPath(item) is not { } path)
            {
                continue;
            }

            if (paths.Any(p => p.Path == path.Path))
            {
                findings.Error(item.At, $"{Slug.Quote(path.Path)} is shared twice");
            }
            else if (PathRule.Objection(path.Path, input.HomeFolder) is { } objection)
            {
                findings.Error(item.At, $"{Slug.Quote(path.Path)}: {objection}");
            }
            else
            {
                paths.Add(path);
                handed.Shared(path, item.At);
            }
        }

        return paths;
    }

    private SharedPath? SharedPath(Json5Node item)
    {
        switch (item)
        {
            case Json5String text:
                return new SharedPath(text.Value, Writable: false);
            case Json5Object node:
                var fields = new Fields(node, findings);
                KnownKeys.Check(node, "a shared path", ["path", "mode"], [], "it belongs to an agent or a group", findings);
                var mode = fields.Text("mode") ?? "ro";
                if (mode is not ("ro" or "rw"))
                {
                    findings.Error(fields.PlaceOf("mode"), $"{Slug.Quote(mode)} is neither 'ro' (default) nor 'rw'");
                }

                var path = fields.Text("path");
                if (!fields.Has("path"))
                {
                    findings.Error(node.At, "needs 'path'");
                }

                return path is null ? null : new SharedPath(path, mode == "rw");
            default:
                findings.Error(item.At, $"must be a path or an object with 'path' and 'mode', got {item.Kind}");
                return null;
        }
    }

    private BridgeModel Bridge(Json5Object? tools, IReadOnlyList<AgentModel> agents)
    {
        if (tools is null || new Fields(tools, findings).Object("agentToAgent") is not { } node)
        {
            return BridgeModel.Off;
        }

        var fields = new Fields(node, findings);
        KnownKeys.Check(node, "tools.agentToAgent", ["enabled", "allow"], [], "it belongs to an agent or a group", findings);
        var enabled = fields.Flag("enabled") ?? false;
        var allow = fields.Texts("allow");
        var ids = agents.Select(a => a.Id.Value).ToHashSet();
        foreach (var name in allow.Where(n => !n.Value.Contains('*', StringComparison.Ordinal) && !ids.Contains(n.Value.Trim())))
        {
            var hint = Spelling.Hint(name.Value, ids);
            findings.Warn(name.At, $"{Slug.Quote(name.Value)} is no agent here: it allows nothing{hint}");
        }

        string[] said = [.. allow.Select(n => n.Value.Trim()).Where(n => n.Length > 0).Distinct()];
        if (!enabled || said.Length > 0)
        {
            return new BridgeModel(enabled, said);
        }

        if (input.StateFolder is null || allow.Count > 0)
        {
            findings.Warn(node.At, "nobody is named, so nobody may ask: name the agents in 'allow', or write [\"*\"]");
            return new BridgeModel(enabled, said);
        }

        findings.Warn(
            node.At,
            "nobody is named, which in an OpenClaw's file lets all agents write to each other's sessions; tasks over the bridge are for agents "
                + "that are named: name them in 'allow', or write [\"*\"]"
        );
        return new BridgeModel(enabled, said) { Sessions = ["*"] };
    }

    private static Dictionary<string, string> Sections(Json5Object written)
    {
        string[] ours =
        [
            .. (string[])["name", "isolation", "network", "agents", "groups", "sharedPaths"],
            .. (string[])["prices", "bounds", "unpriced", "maxTokens"],
        ];
        var sections = written.Members.Where(m => !ours.Contains(m.Key)).ToDictionary(m => m.Key, m => Json5Text.Write(m.Value));
        if (OpenClawAgents(written) is { } agents)
        {
            sections["agents"] = Json5Text.Write(agents);
        }

        return sections;
    }

    /// <summary>
    /// What is said about agents in OpenClaw's own words, for a brain that is an OpenClaw; null where nothing is.
    /// </summary>
    private static Json5Object? OpenClawAgents(Json5Object written)
    {
        if (written.Value("agents") is not Json5Object agents)
        {
            return null;
        }

        var kept = new List<Json5Member>();
        foreach (var member in agents.Members)
        {
            Json5Node? value = member switch
            {
                { Key: "defaults", Value: Json5Object defaults } => Only(defaults, KnownKeys.OpenClawDefaults),
                { Key: "list", Value: Json5Array list } => list with
                {
                    Items =
                    [
                        .. list
                            .Items.OfType<Json5Object>()
                            .Select(i => Only(i, ["id", .. KnownKeys.OpenClawAgent]))
                            .Where(i => i.Members.Count > 1),
                    ],
                },
                _ => null,
            };
            if (value is Json5Object { Members.Count: > 0 } or Json5Array { Items.Count: > 0 })
            {
                kept.Add(member with { Value = value });
            }
        }

        return kept.Count == 0 ? null : agents with { Members = kept };
    }

    private static Json5Object Only(Json5Object node, string[] keys) =>
        node with
        {
            Members = [.. node.Members.Where(m => keys.Contains(m.Key))],
        };
}
