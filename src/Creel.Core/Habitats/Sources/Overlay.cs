using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Sources;

/// <summary>
/// Lays the local file over the habitat file. Objects are joined, entries of <c>agents.list</c> by their id, rules of <c>egress</c> and <c>bindings</c> add up; any other
/// key in both is an error, so that a person who edits the one is never overruled by the other.
/// </summary>
internal sealed class Overlay(Findings findings)
{
    private const string Remedy = "say it in one of them only";

    private Json5Object? root;

    public Json5Object Lay(Json5Object main, Json5Object local) => Join(root = main, local, ["agents", "list"]);

    private Json5Object Join(Json5Object main, Json5Object local, ReadOnlySpan<string> agents)
    {
        var members = new List<Json5Member>(main.Members);
        foreach (var added in local.Members)
        {
            var index = members.FindIndex(m => m.Key == added.Key);
            if (index < 0)
            {
                members.Add(added);
                continue;
            }

            var here = members[index];
            var onTheWay = agents.Length > 0 && agents[0] == added.Key;
            if (here.Value is Json5Object one && added.Value is Json5Object two)
            {
                members[index] = here with { Value = Join(one, two, onTheWay ? agents[1..] : []) };
            }
            else if (onTheWay && agents.Length == 1 && here.Value is Json5Array first && added.Value is Json5Array second)
            {
                members[index] = here with { Value = JoinById(first, second) };
            }
            else if (IsAdded(main, added.Key) && here.Value is Json5Array said && added.Value is Json5Array more)
            {
                // Rules of egress only let more through, and of two bindings that match alike the first wins: who adds one overrules nobody.
                members[index] = here with
                {
                    Value = said with { Items = [.. said.Items, .. more.Items] },
                };
            }
            else
            {
                findings.Error(added.KeyAt, $"{Slug.Quote(added.Key)} is in {here.KeyAt} already: {Remedy}");
            }
        }

        return main with
        {
            Members = members,
        };
    }

    private bool IsAdded(Json5Object owner, string key) => key == "egress" || (key == "bindings" && ReferenceEquals(owner, root));

    private Json5Array JoinById(Json5Array main, Json5Array local)
    {
        var items = new List<Json5Node>(main.Items);
        foreach (var added in local.Items)
        {
            var id = IdOf(added);
            var index = id is null ? -1 : items.FindIndex(i => IdOf(i) == id);
            if (index < 0 || !main.Items.Contains(items[index]))
            {
                items.Add(added);
                continue;
            }

            var changes = (Json5Object)added;
            items[index] = Join(
                (Json5Object)items[index],
                changes with
                {
                    Members = [.. changes.Members.Where(m => m.Key != "id")],
                },
                []
            );
        }

        return main with
        {
            Items = items,
        };
    }

    private static string? IdOf(Json5Node node) =>
        node is Json5Object o && o.Find("id")?.Value is Json5String id ? id.Value : null;
}
