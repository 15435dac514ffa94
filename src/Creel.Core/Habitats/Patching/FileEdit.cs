using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Patching;

/// <summary>A change of the whole, as a change of the one file that says it.</summary>
internal static class FileEdit
{
    /// <summary>The text of the main file after a change; what it includes is left as it is.</summary>
    /// <param name="file">The main file as it stands.</param>
    /// <param name="before">The whole, with what is included.</param>
    /// <param name="after">The whole as it is to be.</param>
    /// <param name="stuck">A key that stands in an included file and was to go; null: none.</param>
    public static Json5Object InPlace(Json5Object file, Json5Object before, Json5Object after, out Json5Member? stuck)
    {
        stuck = null;
        return Edit(file, before, after, ref stuck);
    }

    private static Json5Object Edit(Json5Object file, Json5Object before, Json5Object after, ref Json5Member? stuck)
    {
        var members = file.Members.ToList();
        foreach (var member in after.Members)
        {
            var was = before.Find(member.Key)?.Value;
            if (was is not null && TreeWalk.Same(was, member.Value))
            {
                continue;
            }

            var at = members.FindIndex(m => m.Key == member.Key);
            var here = at < 0 ? null : members[at].Value;
            var value = (member.Value, was, here) switch
            {
                (Json5Object to, Json5Object from, Json5Object own) => Edit(own, from, to, ref stuck),
                // It is included: what is said beside that wins over it.
                (Json5Object to, Json5Object from, null) => Edit(to with { Members = [] }, from, to, ref stuck),
                _ => member.Value,
            };
            if (at < 0)
            {
                members.Add(member with { Value = value });
            }
            else
            {
                members[at] = members[at] with { Value = value };
            }
        }

        foreach (var gone in before.Members.Where(m => after.Find(m.Key) is null))
        {
            if (members.RemoveAll(m => m.Key == gone.Key) == 0)
            {
                stuck ??= gone;
            }
        }

        return file with
        {
            Members = members,
        };
    }

    /// <summary>The local file after a change: only what the main file does not say.</summary>
    /// <param name="main">The main file, with what it includes.</param>
    /// <param name="clash">A key that the main file says otherwise; null: none.</param>
    public static Json5Object Local(Json5Object main, Json5Object after, out Json5Member? clash)
    {
        clash = null;
        return Beside(main, after, ["agents", "list"], top: true, ref clash);
    }

    private static Json5Object Beside(
        Json5Object main,
        Json5Object after,
        ReadOnlySpan<string> agents,
        bool top,
        ref Json5Member? clash
    )
    {
        var members = new List<Json5Member>();
        foreach (var member in after.Members)
        {
            if (main.Find(member.Key) is not { } said)
            {
                members.Add(member);
                continue;
            }

            if (TreeWalk.Same(said.Value, member.Value))
            {
                continue;
            }

            var onTheWay = agents.Length > 0 && agents[0] == member.Key;
            if (said.Value is Json5Object one && member.Value is Json5Object two)
            {
                members.Add(member with { Value = Beside(one, two, onTheWay ? agents[1..] : [], false, ref clash) });
            }
            else if (onTheWay && agents.Length == 1 && said.Value is Json5Array list && member.Value is Json5Array wanted)
            {
                members.Add(member with { Value = ById(said, list, wanted, ref clash) });
            }
            else if (
                (member.Key == "egress" || (top && member.Key == "bindings"))
                && said.Value is Json5Array first
                && member.Value is Json5Array all
                && all.Items.Count >= first.Items.Count
                && first.Items.Zip(all.Items).All(p => TreeWalk.Same(p.First, p.Second))
            )
            {
                members.Add(member with { Value = all with { Items = [.. all.Items.Skip(first.Items.Count)] } });
            }
            else
            {
                clash ??= said;
            }
        }

        clash ??= main.Members.FirstOrDefault(m => after.Find(m.Key) is null);
        return after with { Members = members };
    }

    private static Json5Array ById(Json5Member said, Json5Array main, Json5Array after, ref Json5Member? clash)
    {
        var items = new List<Json5Node>();
        foreach (var item in after.Items)
        {
            var known = MergePatch.IdOf(item) is { } id ? main.Items.FirstOrDefault(i => MergePatch.IdOf(i) == id) : null;
            if (known is not Json5Object from || item is not Json5Object to)
            {
                items.Add(item);
                continue;
            }

            var own = Beside(from, to, [], false, ref clash);
            if (own.Members.Count > 0)
            {
                items.Add(own with { Members = [to.Find("id")!, .. own.Members] });
            }
        }

        var ids = after.Items.Select(MergePatch.IdOf).ToHashSet();
        if (main.Items.Any(i => !ids.Contains(MergePatch.IdOf(i))))
        {
            clash ??= said;
        }

        return after with
        {
            Items = items,
        };
    }
}
