using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary><c>sandbox.docker</c> in Creel's own keys: image, network and limits. What no cell does is refused, never left out.
/// <see cref="SandboxMounts"/> has its binds, <see cref="SandboxMaking"/> its variables and its command.</summary>
internal sealed class DockerKeys(Findings findings)
{
    private static readonly string[] OwnTmpfs = ["/tmp", "/var/tmp", "/run"];

    /// <summary>Why, and what to write instead, by key.</summary>
    private static readonly Dictionary<string, string> Never = new()
    {
        ["user"] = "each cell has a user of its own on this machine: leave it out",
        ["ulimits"] = "say memory, cpus and pidsLimit: other limits are not set here",
        ["seccompProfile"] = "the runtime in each cell puts a filter on itself, the same at all levels: leave it out",
        ["apparmorProfile"] = "no profile is loaded here: leave it out",
        ["dns"] = "a cell resolves no names but through its network or the proxy: leave it out, and say egress",
        ["extraHosts"] = "a cell's hosts file is made by Creel: leave it out, and say egress",
        ["gpus"] = "no device is handed to a cell",
        ["dangerouslyAllowReservedContainerTargets"] = "a bind never lies over what each cell has for itself",
        ["dangerouslyAllowExternalBindSources"] = "the rule of shared paths holds for binds: leave it out",
        ["dangerouslyAllowContainerNamespaceJoin"] = "no cell joins another's namespaces",
    };

    /// <param name="at">Of what is not written itself.</param>
    /// <param name="own">The agent's, over that of all; null: it has none that counts.</param>
    public Json5Object Read(Json5Object? defaults, Json5Object? own, Json5Place at)
    {
        var (wide, mine) = (defaults.Map("docker"), own.Map("docker"));
        Browser(own.Map("browser") ?? defaults.Map("browser"));
        Backend((own?.Find("backend") ?? defaults?.Find("backend"))?.Value);
        var keys = new List<Json5Member>();
        var limits = new List<Json5Member>();
        string[] said = [.. (wide?.Members ?? []).Concat(mine?.Members ?? []).Select(m => m.Key).Distinct()];
        foreach (var key in said)
        {
            var member = mine?.Find(key) ?? wide!.Find(key)!;
            if (member.Value is Json5Null)
            {
                continue;
            }

            switch (key)
            {
                case "image":
                    keys.Add(member);
                    break;
                case "network":
                    Network(member, keys);
                    break;
                case "memory":
                    limits.Add(member with { Value = Memory(member.Value) });
                    break;
                case "cpus":
                    limits.Add(member with { Key = "cpu" });
                    break;
                case "pidsLimit":
                    limits.Add(member with { Key = "pids" });
                    break;
                default:
                    Check(member, mine?.Value("memory") ?? wide?.Value("memory"));
                    break;
            }
        }

        if (limits.Count > 0)
        {
            keys.Add(new Json5Member("resources", at, new Json5Object(at, limits)));
        }

        return new Json5Object(at, keys);
    }

    /// <summary>The tools of a sandbox without a network have none here either; the agent's model is reached through the proxy, which has no IP.</summary>
    private void Network(Json5Member member, List<Json5Member> keys)
    {
        var word = (member.Value as Json5String)?.Value.Trim();
        if (word is "none" or "bridge")
        {
            keys.Add(member with { Value = new Json5String(member.Value.At, word == "none" ? "proxy" : "bridge") });
        }
        else if (word is not (null or "host") && !word.StartsWith("container:", StringComparison.Ordinal))
        {
            findings.Error(
                member.Value.At,
                $"{Slug.Quote(word)} is a network of the engine's, and a cell joins none: write 'none' and egress for what it may reach, or 'bridge'"
            );
        }
    }

    private void Check(Json5Member member, Json5Node? memory)
    {
        var wrong = member switch
        {
            { Key: "readOnlyRoot", Value: Json5Bool { Value: false } } =>
                "the root of a cell is read-only: write in the workspace and in /tmp",
            { Key: "tmpfs", Value: Json5Array list }
                when list.Items.OfType<Json5String>().FirstOrDefault(t => !OwnTmpfs.Contains(t.Value.Split(':')[0]))
                    is { } other => $"{Slug.Quote(other.Value)} is not writable in a cell, but /tmp, /var/tmp and /run are",
            { Key: "memorySwap" } when Bytes(member.Value) is null || Bytes(member.Value) != Bytes(memory) =>
                "a cell has no swap beyond its memory: leave it out",
            { Key: "workdir", Value: Json5String { Value: not "/workspace" } } =>
                "an agent's files are at /workspace/<id> in each cell",
            { Value: Json5Bool { Value: false } }
            or { Value: Json5Array { Items.Count: 0 } }
            or { Value: Json5Object { Members.Count: 0 } } => null,
            _ => Never.GetValueOrDefault(member.Key),
        };
        if (wrong is not null)
        {
            findings.Error(member.Value.At, $"{member.Key}: {wrong}");
        }
    }

    private static double? Bytes(Json5Node? node) =>
        node is null
            ? null
            : Memory(node) switch
            {
                Json5Number number => number.Value,
                Json5String text => Quantity.Size(text.Value),
                _ => null,
            };

    /// <summary>To an engine all units count in 1024, in whatever case: <c>1G</c>, <c>1g</c>, <c>1GB</c> and <c>1GiB</c> are the same.</summary>
    private static Json5Node Memory(Json5Node node)
    {
        if (node is not Json5String text)
        {
            return node;
        }

        var plain = text.Value.Trim().ToLowerInvariant();
        plain = plain.EndsWith('b') ? plain[..^1] : plain;
        plain = plain.EndsWith('i') ? plain[..^1] : plain;
        return text with { Value = plain.Replace(" ", "", StringComparison.Ordinal) };
    }

    private void Browser(Json5Object? browser)
    {
        if (browser?.Value("enabled") is Json5Bool { Value: true } enabled)
        {
            findings.Error(enabled.At, "no browser is started beside a cell: leave it out");
        }
    }

    private void Backend(Json5Node? backend)
    {
        if (backend is Json5String { Value: not "docker" } other)
        {
            findings.Error(other.At, $"{Slug.Quote(other.Value)} is no backend here: 'docker', or leave it out");
        }
    }
}
