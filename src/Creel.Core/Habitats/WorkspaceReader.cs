using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>Workspaces that the user wrote out: where they are, and that they don't undo the walls between cells.</summary>
internal sealed class WorkspaceReader(string baseFolder, string? home, HandedOver handed, Findings findings)
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

        if (PathRule.WorkspaceObjection(path, home) is { } objection)
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

    private string? Absolute(string text) =>
        text == "~" || text.StartsWith("~/", StringComparison.Ordinal)
            ? (home is null ? null : PathRule.Normalise($"{home}/{text[1..]}"))
        : text.StartsWith('~') ? null
        : PathRule.Normalise(text.StartsWith('/') ? text : $"{baseFolder}/{text}");
}
