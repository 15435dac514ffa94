using System.Text.Json.Serialization;
using Creel.Core.Tools;

namespace Creel.Core.Sessions;

/// <summary>
/// On whose behalf a turn acts. What follows from a turn (a helper, a message to another session, an answer to one) acts on the same
/// behalf: it may be less than what it came from may, and never more.
/// </summary>
/// <param name="Owner">All of them are owners.</param>
public sealed record TurnBehalf(bool Owner)
{
    /// <summary>Whoever runs the machine, or its clock.</summary>
    public static TurnBehalf Operator { get; } = new(true);

    /// <summary>Who spoke; empty: nobody on a channel.</summary>
    public IReadOnlyList<Speaker> Speakers { get; init; } = [];

    /// <summary>What they are limited to, all of it at once.</summary>
    public IReadOnlyList<ToolLimit> Limits { get; init; } = [];

    /// <summary>They may use all that the agent has.</summary>
    [JsonIgnore]
    public bool IsUnlimited => Owner && Limits.Count == 0;

    public static TurnBehalf Of(TurnOrigin? origin) =>
        origin is null
            ? Operator
            : new TurnBehalf(origin.Owner)
            {
                Speakers = origin.SenderId is null && origin.SenderName is null ? [] : [origin.Speaker],
                Limits = origin.Tools is { } limit ? [limit] : [],
            };

    /// <summary>Both at once: what the least of them may.</summary>
    public TurnBehalf And(TurnBehalf other) =>
        ReferenceEquals(this, other)
            ? this
            : new TurnBehalf(Owner && other.Owner)
            {
                Speakers = [.. Speakers.Union(other.Speakers)],
                Limits = [.. Limits.Union(other.Limits)],
            };

    /// <summary>And what an agent's own rules say of those who spoke.</summary>
    public TurnBehalf With(ToolRules rules)
    {
        if (rules.BySender.Count == 0 && rules.AgentBySender.Count == 0)
        {
            return this;
        }

        var said = (Speakers.Count == 0 ? [Speaker.Nobody] : Speakers).Select(rules.LimitOf).OfType<ToolLimit>();
        return this with { Limits = [.. Limits.Union(said)] };
    }

    public bool Equals(TurnBehalf? other) =>
        other is not null && Owner == other.Owner && Speakers.SequenceEqual(other.Speakers) && Limits.SequenceEqual(other.Limits);

    public override int GetHashCode() => HashCode.Combine(Owner, Speakers.Count, Limits.Count);
}
