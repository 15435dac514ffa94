namespace Creel.Core.Habitats.Local;

/// <summary>What a command or an API changes in the local file.</summary>
public abstract record HabitatChange(AgentId Agent)
{
    /// <summary>Declares one more agent.</summary>
    /// <param name="Keys">
    /// What its entry says besides the id: JSON or JSON5 text by key, as in <c>isolation</c> → <c>"container"</c> with its
    /// quotes.
    /// </param>
    public sealed record Add(AgentId Agent, IReadOnlyDictionary<string, string> Keys) : HabitatChange(Agent);

    /// <summary>Takes an agent out; only one that the local file itself declares.</summary>
    public sealed record Remove(AgentId Agent) : HabitatChange(Agent);

    /// <summary>Sets a key of an agent, wherever it is declared.</summary>
    /// <param name="Value">JSON or JSON5 text.</param>
    public sealed record Set(AgentId Agent, string Key, string Value) : HabitatChange(Agent);

    /// <summary>Takes a key back that the local file had set; nothing happens where it had not.</summary>
    public sealed record Unset(AgentId Agent, string Key) : HabitatChange(Agent);

    /// <summary>Sets or takes back keys at the top, of the habitat as a whole.</summary>
    /// <param name="Keys">JSON or JSON5 text by key; null takes back what the local file had set.</param>
    public sealed record Whole(IReadOnlyDictionary<string, string?> Keys) : HabitatChange(default(AgentId));

    /// <summary>Sets or takes back keys of an agent's cell.</summary>
    /// <param name="Shared">Where several agents share the cell, its group: the keys are written under it. Null: on the agent.</param>
    /// <param name="Keys">JSON or JSON5 text by key; null takes back what the local file had set.</param>
    public sealed record Place(AgentId Agent, GroupId? Shared, IReadOnlyDictionary<string, string?> Keys) : HabitatChange(Agent);

    /// <summary>Writes the local file anew.</summary>
    /// <param name="Text">JSON of an object.</param>
    /// <param name="Result">What the habitat must come to then, as JSON; otherwise nothing is written.</param>
    public sealed record Laid(string Text, string? Result) : HabitatChange(default(AgentId));

    /// <summary>Writes the main file anew: only one in OpenClaw's own format, which has no local file.</summary>
    /// <param name="Text">All of it.</param>
    /// <param name="Result">As above.</param>
    public sealed record Rewritten(string Text, string? Result) : HabitatChange(default(AgentId));

    /// <summary>Adds a rule to the egress of an agent's cell, or takes back one that the local file had added.</summary>
    /// <param name="Shared">As above.</param>
    /// <param name="Text">As <see cref="Outbound.EgressRule"/> writes it.</param>
    public sealed record Rule(AgentId Agent, GroupId? Shared, string Text, bool Allow) : HabitatChange(Agent);
}
