namespace Creel.Core.Tools;

/// <summary>Whether somebody may ask for what is elevated: the whole habitat has to say so, and the agent not otherwise.</summary>
public static class ElevatedPolicy
{
    /// <param name="channel">Where they speak.</param>
    /// <param name="sender">Who they are there.</param>
    /// <returns>Why not; null: they may.</returns>
    public static string? Objection(ToolRules rules, string channel, string? sender)
    {
        if (rules.Elevated.Enabled == false)
        {
            return "tools.elevated.enabled is false";
        }

        if (rules.AgentElevated.Enabled == false)
        {
            return "the agent's tools.elevated.enabled is false";
        }

        if (!Lists(rules.Elevated, channel, sender))
        {
            return $"tools.elevated.allowFrom.{channel} does not list them";
        }

        return rules.AgentElevated.AllowFrom is null || Lists(rules.AgentElevated, channel, sender)
            ? null
            : $"the agent's tools.elevated.allowFrom.{channel} does not list them";
    }

    /// <summary>Whether all of them may; where nobody spoke on a channel, whether an owner may at all.</summary>
    public static bool Permits(ToolRules rules, IReadOnlyList<Speaker> speakers, bool owner) =>
        speakers.Count == 0
            ? owner && rules.Elevated.Enabled != false && rules.AgentElevated.Enabled != false
            : speakers.All(who => Objection(rules, who.Channel ?? "", who.Id) is null);

    private static bool Lists(ElevatedRules rules, string channel, string? sender) =>
        rules.AllowFrom?.GetValueOrDefault(channel.Trim().ToLowerInvariant()) is { } list
        && list.Any(word => word.Trim() == "*" || (sender is not null && Same(word, channel, sender)));

    private static bool Same(string word, string channel, string sender) =>
        Bare(word, channel).Equals(Bare(sender, channel), StringComparison.OrdinalIgnoreCase);

    private static string Bare(string word, string channel)
    {
        var plain = word.Trim();
        return plain.StartsWith(channel + ":", StringComparison.OrdinalIgnoreCase) ? plain[(channel.Length + 1)..] : plain;
    }
}
