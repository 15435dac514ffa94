using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>An agent's entry with an id that is right and unique (where the written one was not, a stand-in), on its way to become a model.</summary>
/// <param name="GroupAt">Where its group was written out; null: it is a group of its own.</param>
internal sealed record AgentDraft(AgentId Id, Json5Place IdAt, GroupId Group, Json5Place? GroupAt, Fields Fields);
