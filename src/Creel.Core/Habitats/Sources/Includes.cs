using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Patching;

namespace Creel.Core.Habitats.Sources;

/// <summary>
/// <c>$include</c>, as OpenClaw has it: a file name or several; objects are merged, arrays are joined, of other values the later
/// one wins, and keys beside <c>$include</c> override what it brings. Names are relative to the file that they stand in and
/// must stay inside the habitat's folder.
/// </summary>
internal sealed class Includes(Func<string, string?>? load, Findings findings)
{
    public const string Key = "$include";

    /// <summary>
    /// How deep includes may be nested, and how many there may be in all: 30 files that include two each would be a billion.
    /// </summary>
    private const int MaxDepth = 10;
    private const int MaxFiles = 200;
    private const int MaxLength = 2 * 1024 * 1024;

    private readonly List<string> open = [];
    private int files;

    public Json5Node Resolve(Json5Node node) => Resolve(node, "");

    private Json5Node Resolve(Json5Node node, string folder) =>
        node switch
        {
            Json5Array a => a with { Items = [.. a.Items.Select(i => Resolve(i, folder))] },
            Json5Object o when o.Find(Key) is { } include => Included(o, include, folder),
            Json5Object o => o with { Members = [.. o.Members.Select(m => m with { Value = Resolve(m.Value, folder) })] },
            _ => node,
        };

    private Json5Node Included(Json5Object node, Json5Member include, string folder)
    {
        Json5Node? merged = null;
        foreach (var name in Names(include.Value))
        {
            if (Load(name, folder) is { } loaded)
            {
                merged = merged is null ? loaded : Merge(merged, loaded);
            }
        }

        var beside = node with
        {
            Members = [.. node.Members.Where(m => m != include).Select(m => m with { Value = Resolve(m.Value, folder) })],
        };
        if (merged is null or Json5Object)
        {
            return merged is null ? beside : Merge(merged, beside);
        }

        if (beside.Members.Count > 0)
        {
            findings.Error(include.KeyAt, $"keys beside {Key} need an included object, but it is {merged.Kind}");
        }

        return merged;
    }

    private List<Json5String> Names(Json5Node value)
    {
        var names = value is Json5Array list ? list.Items : [value];
        foreach (var wrong in names.Where(n => n is not Json5String))
        {
            findings.Error(wrong.At, $"{Key} takes a file name or an array of them, got {wrong.Kind}");
        }

        return [.. names.OfType<Json5String>()];
    }

    private Json5Node? Load(Json5String name, string folder)
    {
        if (Below(folder, name.Value) is not { } path)
        {
            findings.Error(
                name.At,
                $"{Slug.Quote(name.Value)} is outside the habitat's folder, from which alone files are included"
            );
            return null;
        }

        if (open.Contains(path))
        {
            findings.Error(name.At, $"{Slug.Quote(path)} includes itself: {string.Join(" → ", open)} → {path}");
            return null;
        }

        if (open.Count == MaxDepth || files == MaxFiles)
        {
            findings.Error(name.At, $"includes are nested more than {MaxDepth} deep, or more than {MaxFiles} in all");
            return null;
        }

        files++;
        var text = load?.Invoke(path);
        if (text is null || System.Text.Encoding.UTF8.GetByteCount(text) > MaxLength)
        {
            findings.Error(
                name.At,
                text is null ? $"there is no file {Slug.Quote(path)}" : $"{Slug.Quote(path)} is larger than 2 MiB"
            );
            return null;
        }

        var reading = Json5Reader.Read(path, text);
        findings.Add(reading.Problems);
        Blocked(reading.Root);
        open.Add(path);
        var slash = path.LastIndexOf('/');
        var resolved = reading.Root is null ? null : Resolve(reading.Root, slash < 0 ? "" : path[..slash]);
        open.RemoveAt(open.Count - 1);
        return resolved;
    }

    /// <summary>Keys that are something else to a JavaScript that merges them.</summary>
    private void Blocked(Json5Node? node)
    {
        foreach (var item in (node as Json5Array)?.Items ?? [])
        {
            Blocked(item);
        }

        foreach (var member in (node as Json5Object)?.Members ?? [])
        {
            if (MergePatch.Blocked.Contains(member.Key))
            {
                findings.Issue(member.KeyAt, "blocked_key", $"{Slug.Quote(member.Key)} is a key that no included file may have");
            }

            Blocked(member.Value);
        }
    }

    /// <summary>A path below the habitat's folder; null where it leaves it.</summary>
    private static string? Below(string folder, string name)
    {
        var parts = folder.Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        foreach (var part in name.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part == "..")
            {
                return null;
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return name.StartsWith('/') || parts.Count == 0 || name.Contains('\0', StringComparison.Ordinal)
            ? null
            : string.Join('/', parts);
    }

    private static Json5Node Merge(Json5Node first, Json5Node second)
    {
        if (first is Json5Array a && second is Json5Array b)
        {
            return a with { Items = [.. a.Items, .. b.Items] };
        }

        if (first is not Json5Object one || second is not Json5Object two)
        {
            return second;
        }

        var members = one.Members.Select(m =>
            two.Find(m.Key) is { } later ? later with { Value = Merge(m.Value, later.Value) } : m
        );
        return two with { Members = [.. members, .. two.Members.Where(m => one.Find(m.Key) is null)] };
    }
}
