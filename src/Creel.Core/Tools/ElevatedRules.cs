namespace Creel.Core.Tools;

/// <summary>Who may ask for what runs without the usual confinement: <c>tools.elevated</c>.</summary>
/// <param name="Enabled">Null: as if true.</param>
/// <param name="AllowFrom">Senders by channel; null: nothing is said.</param>
public sealed record ElevatedRules(bool? Enabled = null, IReadOnlyDictionary<string, IReadOnlyList<string>>? AllowFrom = null)
{
    public static ElevatedRules Usual { get; } = new();
}
