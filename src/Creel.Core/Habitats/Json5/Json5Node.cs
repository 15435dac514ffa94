namespace Creel.Core.Habitats.Json5;

/// <summary>One value of a document, with its place.</summary>
public abstract record Json5Node(Json5Place At)
{
    /// <summary>What it is, for a message: "a string", "an array", …</summary>
    public string Kind =>
        this switch
        {
            Json5Object => "an object",
            Json5Array => "an array",
            Json5String => "a string",
            Json5Number => "a number",
            Json5Bool => "true or false",
            _ => "null",
        };
}

/// <summary>Members in the order of the text; keys are unique.</summary>
public sealed record Json5Object(Json5Place At, IReadOnlyList<Json5Member> Members) : Json5Node(At)
{
    private const int FewMembers = 16;

    /// <summary>For objects with many members; it belongs to the list that it was made from, since a copy may have another one.</summary>
    private (IReadOnlyList<Json5Member> Members, Dictionary<string, Json5Member> ByKey)? index;

    public Json5Member? Find(string key)
    {
        if (Members.Count > FewMembers)
        {
            var known = index;
            if (known is null || !ReferenceEquals(known.Value.Members, Members))
            {
                index = known = (Members, Members.DistinctBy(m => m.Key).ToDictionary(m => m.Key, StringComparer.Ordinal));
            }

            return known.Value.ByKey.GetValueOrDefault(key);
        }

        foreach (var member in Members)
        {
            if (member.Key == key)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>
    /// The value of a key; null where the key is missing or its value is <c>null</c>, which mean the same in a habitat.
    /// </summary>
    public Json5Node? Value(string key) => Find(key)?.Value is { } value and not Json5Null ? value : null;
}

/// <param name="KeyAt">Where the key stands; the value has a place of its own.</param>
public sealed record Json5Member(string Key, Json5Place KeyAt, Json5Node Value);

public sealed record Json5Array(Json5Place At, IReadOnlyList<Json5Node> Items) : Json5Node(At);

public sealed record Json5String(Json5Place At, string Value) : Json5Node(At);

/// <param name="Text">As it was written; <c>0x10</c> stays so.</param>
public sealed record Json5Number(Json5Place At, double Value, string Text) : Json5Node(At);

public sealed record Json5Bool(Json5Place At, bool Value) : Json5Node(At);

public sealed record Json5Null(Json5Place At) : Json5Node(At);
