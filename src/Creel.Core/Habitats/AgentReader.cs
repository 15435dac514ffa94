using Creel.Core.Habitats.Gateway;

namespace Creel.Core.Habitats;

/// <summary>What belongs to each agent alone: name, model, brain, workspace, what its tasks may.</summary>
/// <param name="rules">Of each.</param>
/// <param name="state">Where an OpenClaw of this configuration keeps its state; null: it is a habitat of Creel's own.</param>
internal sealed class AgentReader(
    Fields? defaults,
    WorkspaceReader workspaces,
    IReadOnlyDictionary<AgentId, AgentRules> rules,
    string? state,
    string? home,
    Findings findings
)
{
    private const int MostNumbers = 999;

    public IReadOnlyList<AgentModel> Read(IReadOnlyList<AgentDraft> drafts, AgentDraft? chosen)
    {
        var brain = BrainReader.Read(defaults?.Any("brain"), findings) ?? new BrainModel("native");
        var policy = TaskPolicyReader.Read(defaults?.Object("tasks"), TaskPolicy.Default, findings);
        var numbers = Numbers(drafts);
        return
        [
            .. drafts.Select(draft => new AgentModel
            {
                Id = draft.Id,
                Name = draft.Fields.Text("name") ?? draft.Id.Value,
                Default = draft == chosen,
                Number = numbers.TryGetValue(draft, out var number) ? number : null,
                Group = draft.Group,
                Model = rules[draft.Id].Model.Primary,
                Brain = BrainReader.Read(draft.Fields.Any("brain"), findings) ?? brain,
                Mind = MindModel.Of(rules[draft.Id]),
                Workspace = Workspace(draft, draft == chosen),
                Policy = TaskPolicyReader.Read(draft.Fields.Object("tasks"), policy, findings),
            }),
        ];
    }

    /// <summary>Those that are written; the others get what is free, in the order of the file.</summary>
    private Dictionary<AgentDraft, int> Numbers(IReadOnlyList<AgentDraft> drafts)
    {
        var owners = new Dictionary<int, AgentDraft>();
        foreach (var draft in drafts)
        {
            if (draft.Fields.Count("number", 1, MostNumbers) is { } said && !owners.TryAdd(said, draft))
            {
                findings.Error(draft.Fields.PlaceOf("number"), $"the agent '{owners[said].Id}' has the number {said} already");
            }
        }

        var free = Enumerable.Range(1, MostNumbers).Where(number => !owners.ContainsKey(number));
        var others = drafts.Where(draft => !draft.Fields.Has("number"));
        return owners
            .Select(owner => (owner.Value, owner.Key))
            .Concat(others.Zip(free))
            .ToDictionary(pair => pair.Item1, pair => pair.Item2);
    }

    /// <summary>As in OpenClaw, the workspace under <c>agents.defaults</c> is the default agent's.</summary>
    private string? Workspace(AgentDraft draft, bool isDefault) =>
        isDefault && defaults?.Has("workspace") == true && !draft.Fields.Has("workspace") ? workspaces.Read(draft, defaults)
        : draft.Fields.Has("workspace") || state is null ? workspaces.Read(draft, draft.Fields)
        : workspaces.Usual(draft, OpenClawPlace.Workspace(state, home, isDefault ? null : draft.Id.Value));
}
