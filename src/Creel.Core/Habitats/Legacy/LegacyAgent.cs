using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>An agent of an older habitat, with the id and group that it gets.</summary>
/// <param name="Group">Null: a group of its own.</param>
internal sealed record LegacyAgent(string Id, Json5String Name, Json5Node? Group, string GroupId, Json5Object Node)
{
    /// <summary>A value; null and an empty string are as good as nothing.</summary>
    public Json5Node? Value(string key) => Node.Value(key) is { } value and not Json5String { Value: "" } ? value : null;
}
