using System.Text.Json.Serialization;

namespace Creel.Core.Tools;

/// <summary>What somebody is limited to in a place, as a value: it goes with the message, and with all that follows from it.</summary>
/// <param name="From">Where in the configuration it is said.</param>
public sealed record ToolLimit(string From, ToolList List)
{
    /// <summary>Two that say the same have the same.</summary>
    [JsonIgnore]
    public string Text => string.Join('\t', From, Words(List.Allow), Words(List.AlsoAllow), Words(List.Deny));

    public bool Equals(ToolLimit? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private static string Words(IReadOnlyList<string>? words) => words is null ? "-" : string.Join(' ', words);
}
