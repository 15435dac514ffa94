using Creel.Core.Budgets;
using Creel.Core.Habitats.Json5;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Core.Habitats;

/// <summary>What belongs to a boundary and so to all who are in it: level, driver, network, resources, egress, budget.</summary>
/// <param name="level">Of groups that say nothing.</param>
/// <param name="network">Of groups that say nothing; null: nobody said one.</param>
/// <param name="limits">Of groups that say nothing, field by field.</param>
/// <param name="budgets">Told where each group's is said.</param>
internal sealed class GroupReader(
    IsolationLevel level,
    NetworkMode? network,
    ResourceLimits limits,
    BudgetReader budgets,
    Findings findings
)
{
    private readonly OutboundReader outbound = new(findings);

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
        var holder = Holder("egress");
        var egress = outbound.Egress(holder);
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
            Budgets = budgets.Read(Holder("budget"), new PurseId(id)),
            Models = outbound.Models(Holder("models")),
            Calls = outbound.Limits(Holder("limits")?.Object("limits")),
            MaxTokens = PriceReader.MaxTokens(Holder("maxTokens")),
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
}
