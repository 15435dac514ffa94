using System.Globalization;
using Creel.Core.Habitats.Json5;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Core.Habitats;

/// <summary>What belongs to a boundary and so to all who are in it: level, driver, network, resources, egress, budget.</summary>
/// <param name="level">Of groups that say nothing.</param>
/// <param name="network">Of groups that say nothing; null: nobody said one.</param>
/// <param name="limits">Of groups that say nothing, field by field.</param>
internal sealed class GroupReader(IsolationLevel level, NetworkMode? network, ResourceLimits limits, Findings findings)
{
    private static readonly string[] Periods = ["hour", "day", "week", "month", "total"];

    public IReadOnlyList<AgentGroup> Read(Json5Object? groups, IReadOnlyList<AgentDraft> drafts)
    {
        var ids = drafts.Select(d => d.Group.Value).ToHashSet();
        foreach (var member in groups?.Members ?? [])
        {
            CheckGroup(member, ids);
        }

        return
        [
            .. drafts
                .GroupBy(d => d.Group)
                .OrderBy(g => g.Key)
                .Select(g =>
                    Group(
                        g.Key,
                        (groups?.Value(g.Key.Value) as Json5Object) is { } node ? new Fields(node, findings) : null,
                        [.. g]
                    )
                ),
        ];
    }

    private void CheckGroup(Json5Member member, HashSet<string> ids)
    {
        if (member.Value is Json5Object node)
        {
            KnownKeys.Check(node, "a group", KnownKeys.Group, [], "write it on the agent", findings);
        }
        else
        {
            findings.Error(member.Value.At, $"must be an object, got {member.Value.Kind}");
        }

        if (ids.Contains(member.Key))
        {
            return;
        }

        var close = Spelling.Closest(member.Key, ids);
        var message = $"no agent is in the group {Slug.Quote(member.Key)}";
        if (close is not null)
        {
            findings.Error(member.KeyAt, $"{message}; did you mean '{close}'?");
        }
        else
        {
            findings.Warn(member.KeyAt, $"{message}, so nothing of this applies");
        }
    }

    private AgentGroup Group(GroupId id, Fields? group, IReadOnlyList<AgentDraft> members)
    {
        var egress = new List<string>();
        var holder = Holder("egress");
        foreach (var item in holder?.Texts("egress") ?? [])
        {
            if (Egress(item) is { } address && !egress.Contains(address))
            {
                egress.Add(address);
            }
        }

        var strength = Words.Level(Holder("isolation")?.Any("isolation"), findings) ?? level;

        // At level none there is no wall to have a network behind; a wish that was written out is refused by the driver instead.
        var usual = strength == IsolationLevel.None ? NetworkMode.Host : NetworkMode.Proxy;
        var mode = Words.Network(Holder("network")?.Any("network"), findings) ?? network ?? usual;
        if (egress.Count > 0 && mode == NetworkMode.None)
        {
            findings.Error(
                holder!.PlaceOf("egress"),
                "network 'none' has no way out, so there is nothing to let through: remove egress, or say network 'proxy'"
            );
        }

        return new AgentGroup
        {
            Id = id,
            Level = strength,
            Driver = Driver(Holder("driver")),
            Image = OfContainers("image", strength, Holder("image")),
            OciRuntime = OfContainers("ociRuntime", strength, Holder("ociRuntime")),
            Network = mode,
            Limits = ResourceReader.Read(Holder("resources")?.Object("resources"), limits, findings),
            Agents = [.. members.Select(m => m.Id)],
            Egress = egress,
            Budget = Budget(Holder("budget")?.Object("budget")),
        };

        Fields? Holder(string key)
        {
            var said = members.Where(m => m.Fields.Has(key)).ToList();
            if (said.Count == 0)
            {
                return group;
            }

            foreach (var member in said.Where(_ => members.Count > 1))
            {
                findings.Error(
                    member.Fields.Node.Find(key)!.KeyAt,
                    $"{key} belongs to the whole group '{id}', whose {members.Count} agents share one boundary: "
                        + $"write it under groups.{id}, or give the agent a group of its own"
                );
            }

            if (group?.Has(key) == true && members.Count == 1)
            {
                findings.Error(
                    said[0].Fields.Node.Find(key)!.KeyAt,
                    $"{key} is said at {group.PlaceOf(key)} too: say it in one of them only"
                );
            }

            return members.Count > 1 ? group : said[0].Fields;
        }
    }

    /// <summary>A name that only means something where the level is container.</summary>
    private string? OfContainers(string key, IsolationLevel level, Fields? holder)
    {
        var value = holder?.Text(key);
        if (value is null)
        {
            return null;
        }

        if (level != IsolationLevel.Container)
        {
            findings.Error(
                holder!.PlaceOf(key),
                $"is for isolation 'container' only, and this cell has '{level.ToString().ToLowerInvariant()}'"
            );
        }

        // What an engine's address line can hold, and nothing that could become another part of it.
        if (
            value.Length is 0 or > 255
            || value[0] is '-' or '.' or '/'
            || !value.All(c => char.IsAsciiLetterOrDigit(c) || ".-_/:@".Contains(c))
        )
        {
            findings.Error(
                holder!.PlaceOf(key),
                $"{Slug.Quote(value)} is no name of {(key == "image" ? "an image" : "a runtime")}"
            );
        }

        return value;
    }

    private string? Driver(Fields? holder)
    {
        var driver = holder?.Text("driver");
        if (driver is not null && !NetworkSupport.Drivers.Contains(driver))
        {
            var known = string.Join(", ", NetworkSupport.Drivers);
            findings.Error(
                holder!.PlaceOf("driver"),
                $"{Slug.Quote(driver)} is no driver; it is one of: {known}{Spelling.Hint(driver, NetworkSupport.Drivers)}"
            );
        }

        return driver;
    }

    private string? Egress(Json5String item)
    {
        var text = item.Value.ToLowerInvariant();
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var port = 0;
        if (
            colon > 0
            && (
                !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port)
                || port is < 1 or > 65535
            )
        )
        {
            findings.Error(item.At, $"{Slug.Quote(item.Value)} has no port from 1 to 65535 after its last ':'");
            return null;
        }

        if (!IsHost(host))
        {
            findings.Error(
                item.At,
                $"{Slug.Quote(item.Value)} is not a host and a port, as in 'github.com:443' or '*.example.org:443'"
            );
            return null;
        }

        if (colon < 0)
        {
            findings.Error(item.At, $"a port is missing: write '{host}:443', if that is what is meant");
            return null;
        }

        return $"{host}:{port.ToString(CultureInfo.InvariantCulture)}";
    }

    private static bool IsHost(string host)
    {
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return name.Length is > 0 and <= 253
            && name.Split('.')
                .All(l =>
                    l.Length is > 0 and <= 63 && l.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && l[0] != '-'
                );
    }

    private BudgetModel? Budget(Json5Object? node)
    {
        if (node is null)
        {
            return null;
        }

        KnownKeys.Check(node, "a budget", ["usd", "per", "warn"], [], "it belongs to an agent or a group", findings);
        var fields = new Fields(node, findings);
        var usd = Number(node, "usd", most: 1e9, required: true);
        var per = fields.Text("per");
        if (per is null && !fields.Has("per"))
        {
            findings.Error(node.At, $"a budget needs 'per', one of: {string.Join(", ", Periods)}");
        }
        else if (per is not null && !Periods.Contains(per))
        {
            findings.Error(
                fields.PlaceOf("per"),
                $"{Slug.Quote(per)} is none of: {string.Join(", ", Periods)}{Spelling.Hint(per, Periods)}"
            );
        }

        var warn = Number(node, "warn", most: 1, required: false) ?? 0.8;
        return new BudgetModel((decimal)(usd ?? 0), per ?? "total", warn);
    }

    private double? Number(Json5Object node, string key, double most, bool required)
    {
        var value = node.Value(key);
        if (value is Json5Number { Value: >= 0 } number && number.Value <= most)
        {
            return number.Value;
        }

        if (value is not null || required)
        {
            var limit = most.ToString(CultureInfo.InvariantCulture);
            findings.Error(
                value?.At ?? node.At,
                $"'{key}' must be a number from 0 to {limit}{(value is null ? "; it is missing" : "")}"
            );
        }

        return null;
    }
}
