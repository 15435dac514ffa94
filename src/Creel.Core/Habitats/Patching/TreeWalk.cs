using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Patching;

/// <summary>Two trees side by side: what stands in one beside a value of the other.</summary>
internal static class TreeWalk
{
    /// <summary>The item of another array that is the same: by its id where all there have one, else by its number.</summary>
    public static Json5Node? Beside(Json5Array other, Json5Node item, int index) =>
        other.Items.Count > 0 && other.Items.All(i => MergePatch.IdOf(i) is not null)
            ? MergePatch.IdOf(item) is { } id
                ? other.Items.FirstOrDefault(i => MergePatch.IdOf(i) == id)
                : null
            : index < other.Items.Count
                ? other.Items[index]
                : null;

    /// <summary>The same values; the order of keys is of no matter.</summary>
    public static bool Same(Json5Node? one, Json5Node? two) =>
        (one, two) switch
        {
            (null, null) => true,
            (Json5Object a, Json5Object b) => a.Members.Count == b.Members.Count
                && a.Members.All(m => b.Find(m.Key) is { } other && Same(m.Value, other.Value)),
            (Json5Array a, Json5Array b) => a.Items.Count == b.Items.Count
                && a.Items.Zip(b.Items).All(p => Same(p.First, p.Second)),
            (Json5String a, Json5String b) => a.Value == b.Value,
            (Json5Number a, Json5Number b) => a.Value.Equals(b.Value),
            (Json5Bool a, Json5Bool b) => a.Value == b.Value,
            (Json5Null, Json5Null) => true,
            _ => false,
        };
}
