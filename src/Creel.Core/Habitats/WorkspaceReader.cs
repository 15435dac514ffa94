using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>Workspaces that the user wrote out: where they are, and that they don't undo the walls between cells.</summary>
/// <param name="state">Where an OpenClaw of this configuration keeps its state; null: there is none.</param>
internal sealed class WorkspaceReader(string baseFolder, string? home, string? state, HandedOver handed, Findings findings)
{
    private readonly List<(string Path, AgentDraft Owner, Json5Place At)> taken = [];

    public string? Read(AgentDraft agent, Fields fields)
    {
        if (fields.Text("workspace") is not { } text)
        {
            return null;
        }

        var at = fields.PlaceOf("workspace");
        if (Absolute(text) is not { } path)
        {
            findings.Error(
                at,
                text.StartsWith('~')
                    ? $"{Slug.Quote(text)}: only '~' and '~/…' are known, and only where there is a home folder"
                    : "the path leaves the root"
            );
            return null;
        }

        return Taken(agent, path, at);
    }

    /// <summary>A folder that nobody wrote out, but that is an OpenClaw's usual one.</summary>
    public string? Usual(AgentDraft agent, string path) => Taken(agent, path, agent.IdAt);

    private string? Taken(AgentDraft agent, string path, Json5Place at)
    {
        if (!IsOpenClaws(path) && PathRule.WorkspaceObjection(path, home) is { } objection)
        {
            findings.Error(at, $"{Slug.Quote(path)}: {objection}");
            return null;
        }

        foreach (var other in taken.Where(t => t.Owner.Group != agent.Group))
        {
            if (PathRule.Within(path, other.Path) || PathRule.Within(other.Path, path))
            {
                findings.Error(
                    at,
                    $"{Slug.Quote(path)} is in reach of the agent '{other.Owner.Id}' ({other.At}), which is in another group"
                );
            }
        }

        taken.Add((path, agent, at));
        handed.Workspace(path, agent, at);
        return path;
    }

    /// <summary>Below its state folder, which begins with a dot as a rule, workspaces have names of their own.</summary>
    private bool IsOpenClaws(string path) =>
        state is not null
        && (
            path == $"{state}/workspace"
            || (path.StartsWith($"{state}/workspace-", StringComparison.Ordinal) && path.LastIndexOf('/') == state.Length)
            || (
                home is not null
                && path.StartsWith($"{home}/.openclaw/workspace", StringComparison.Ordinal)
                && path.LastIndexOf('/') == home.Length + 10
            )
        );

    private string? Absolute(string text) =>
        text == "~" || text.StartsWith("~/", StringComparison.Ordinal)
            ? (home is null ? null : PathRule.Normalise($"{home}/{text[1..]}"))
        : text.StartsWith('~') ? null
        : PathRule.Normalise(text.StartsWith('/') ? text : $"{baseFolder}/{text}");
}
