using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>
/// What <c>sandbox</c> asks for, in Creel's own keys: mode <c>all</c> is a container, scope <c>agent</c> one for each, <c>shared</c> one for all. What
/// can't be kept is refused with what to write instead. A key of Creel's that is written out wins: it is a person's word.
/// </summary>
internal sealed class SandboxKeys(Findings findings)
{
    /// <summary>The group of all agents whose scope is <c>shared</c>.</summary>
    public const string SharedGroup = "shared";

    /// <summary>The whole with these keys in it.</summary>
    public Json5Object Write(Json5Object root)
    {
        if (root.Map("agents") is not { } agents)
        {
            return root;
        }

        var defaults = agents.Map("defaults").Map("sandbox");
        if (agents.Value("list") is not Json5Array list)
        {
            if (defaults is not null && agents.Value("entries") is null && !AgentRoster.IsElsewhere(root))
            {
                // The one agent that nobody wrote has them too.
                var main = new Json5Object(agents.At, [Text("id", "main", agents.At)]);
                return Write(root, agents, new Json5Array(agents.At, [main]), defaults);
            }

            return agents.Value("entries") is Json5Object entries ? WriteEntries(root, agents, entries, defaults) : root;
        }

        return Write(root, agents, list, defaults);
    }

    private Json5Object Write(Json5Object root, Json5Object agents, Json5Array list, Json5Object? defaults)
    {
        Json5Object? shared = null;
        var items = list
            .Items.Select(item => item is Json5Object entry ? Entry(root, entry, defaults, ref shared) : item)
            .ToList();
        return Done(root, With(agents, "list", list with { Items = items }), shared);
    }

    private Json5Object WriteEntries(Json5Object root, Json5Object agents, Json5Object entries, Json5Object? defaults)
    {
        Json5Object? shared = null;
        var members = entries
            .Members.Select(m => m.Value is Json5Object entry ? m with { Value = Entry(root, entry, defaults, ref shared) } : m)
            .ToList();
        return Done(root, With(agents, "entries", entries with { Members = members }), shared);
    }

    private Json5Object Done(Json5Object root, Json5Object agents, Json5Object? shared)
    {
        var whole = With(root, "agents", agents);
        if (shared is null)
        {
            return whole;
        }

        var groups = whole.Map("groups") ?? new Json5Object(shared.At, []);
        return With(whole, "groups", With(groups, SharedGroup, Under(shared, groups.Map(SharedGroup))));
    }

    private Json5Object Entry(Json5Object root, Json5Object entry, Json5Object? defaults, ref Json5Object? shared)
    {
        var own = entry.Map("sandbox");
        if (own is null && defaults is null)
        {
            return entry;
        }

        var sandbox = SandboxReader.Read(defaults, own);
        var at = (own?.Find("mode") ?? defaults?.Find("mode"))?.Value.At ?? (own ?? defaults)!.At;
        if (sandbox.Mode == "non-main")
        {
            findings.Error(
                at,
                "mode 'non-main' leaves the main conversation outside of the sandbox, and one agent can't be in it and out of it: "
                    + "write 'all', or 'off' and isolation as you like it"
            );
            return entry;
        }

        if (sandbox.Mode != "all")
        {
            if (sandbox.Mode == "off" && entry.Word("isolation") is null && root.Word("isolation") is null)
            {
                findings.Warn(
                    at,
                    "'off' would run tools on this machine itself; Creel keeps the agent in a cell all the same, unless isolation says 'none'"
                );
            }

            return entry;
        }

        if (sandbox.Scope == "session")
        {
            findings.Error(
                (own?.Find("scope") ?? defaults?.Find("scope") ?? own?.Find("perSession") ?? defaults?.Find("perSession"))
                    ?.Value
                    .At
                    ?? at,
                "scope 'session' is a container for each conversation, and a cell is for agents: write 'agent', or 'shared'"
            );
            return entry;
        }

        var docker = new DockerKeys(findings).Read(defaults, sandbox.Scope == "shared" ? null : own, at);
        var keys = docker with { Members = [Text("isolation", "container", at), .. docker.Members] };
        if (sandbox.Scope != "shared" || entry.Word("isolationGroup") is not null)
        {
            return Under(keys, entry, Named(root, entry));
        }

        if (sandbox.WorkspaceAccess == "ro")
        {
            findings.Error(
                at,
                "scope 'shared' with workspaceAccess 'ro' would show each agent's files to all: write 'rw' or 'none'"
            );
        }

        shared ??= keys;
        return With(entry, "isolationGroup", Text("isolationGroup", SharedGroup, at).Value);
    }

    /// <summary>What the entry's group says for it.</summary>
    private static Json5Object? Named(Json5Object root, Json5Object entry) =>
        root.Map("groups").Map(entry.Word("isolationGroup") ?? entry.Word("id") ?? "");

    /// <summary>The keys, but for those that are written already, there or on its group.</summary>
    private Json5Object Under(Json5Object keys, Json5Object? written, Json5Object? group = null)
    {
        var target = written ?? keys with { Members = [] };
        foreach (var key in keys.Members)
        {
            var said = target.Find(key.Key) ?? group?.Find(key.Key);
            if (said is null)
            {
                target = With(target, key.Key, key.Value);
            }
            else if (key.Key == "isolation" && said.Value is not Json5String { Value: "container" or "vm" })
            {
                findings.Warn(
                    said.Value.At,
                    $"the sandbox at {key.Value.At} asks for a container, and this holds: it was written out"
                );
            }
            else if (key.Value is Json5Object more && said.Value is Json5Object known && target.Find(key.Key) is not null)
            {
                target = With(
                    target,
                    key.Key,
                    more with
                    {
                        Members = [.. known.Members, .. more.Members.Where(m => known.Find(m.Key) is null)],
                    }
                );
            }
        }

        return target;
    }

    private static Json5Member Text(string key, string value, Json5Place at) => new(key, at, new Json5String(at, value));

    private static Json5Object With(Json5Object node, string key, Json5Node value) =>
        node.Find(key) is { } there
            ? node with
            {
                Members = [.. node.Members.Select(m => m == there ? m with { Value = value } : m)],
            }
            : node with
            {
                Members = [.. node.Members, new Json5Member(key, value.At, value)],
            };
}
