using System.Text.Json.Serialization;

namespace Creel.Core.Tools;

/// <summary>Which tools one place of the configuration lets through; null: it says nothing of that kind.</summary>
/// <param name="Profile">A name of <see cref="ToolNames.Profiles"/>.</param>
/// <param name="Allow">Names, groups and <c>*</c> patterns. Null or empty: all.</param>
/// <param name="AlsoAllow">On top of the profile, or of all.</param>
/// <param name="Deny">Wins.</param>
public sealed record ToolList(
    string? Profile = null,
    IReadOnlyList<string>? Allow = null,
    IReadOnlyList<string>? AlsoAllow = null,
    IReadOnlyList<string>? Deny = null
)
{
    [JsonIgnore]
    public bool SaysNothing => Profile is null && Allow is null && AlsoAllow is null && Deny is null;
}

/// <summary>A scope of the configuration: what it says of all models, and of those of one provider.</summary>
/// <param name="ByProvider">By <c>provider/model</c> or <c>provider</c>, in lower case.</param>
public sealed record ToolScope(ToolList List, IReadOnlyDictionary<string, ToolList> ByProvider)
{
    public static ToolScope Nothing { get; } = new(new ToolList(), new Dictionary<string, ToolList>());
}
