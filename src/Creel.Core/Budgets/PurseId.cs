namespace Creel.Core.Budgets;

/// <summary>Whose money: a group's, or (null) the whole habitat's, out of which every group's calls are paid as well.</summary>
public readonly record struct PurseId(GroupId? Group)
{
    public static PurseId Habitat => default;

    /// <summary>For a database: empty for the habitat, which no group can be called.</summary>
    public string Key => Group?.Value ?? "";

    public static PurseId OfKey(string key) => key.Length == 0 ? Habitat : new PurseId(GroupId.Parse(key));

    public override string ToString() => Group is { } group ? $"group {group}" : "the habitat";
}
