namespace Creel.Core.Work;

/// <summary>What a submitter asks for.</summary>
/// <param name="Payload">The JSON object in UTF-8; its <c>type</c>, <c>timeout</c> (ms) and <c>retry</c> are understood, the rest is the runtime's.</param>
/// <param name="From"><c>admin</c>, or <c>agent:&lt;id&gt;</c>.</param>
public sealed record TaskRequest(AgentId Agent, ReadOnlyMemory<byte> Payload, string From)
{
    /// <summary>Chosen by a submitter that has written it down first, so that it knows its task again; null: the hub's choice.</summary>
    public TaskId? Id { get; init; }
}
