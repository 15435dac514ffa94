using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Checks;

/// <summary>No two agents keep their credentials and sessions in one folder.</summary>
internal sealed class AgentFolderCheck(string? stateFolder, string? home, Findings findings)
{
    public void Check(Json5Object root, IReadOnlyList<AgentModel> agents)
    {
        var list = root.Map("agents")?.Value("list") ?? root.Map("agents")?.Value("entries");
        var written = Written(list);
        var bound = ((root.Value("bindings") as Json5Array)?.Items ?? [])
            .OfType<Json5Object>()
            .Select(b => RoutingText.Agent(b.Word("agentId") ?? ""));
        var folders = agents
            .Select(a => a.Id.Value)
            .Concat(bound)
            .Distinct()
            .Select(id => (Id: id, Folder: written.GetValueOrDefault(id) ?? Usual(id)));
        foreach (var shared in folders.Where(f => f.Folder is not null).GroupBy(f => f.Folder).Where(g => g.Count() > 1))
        {
            findings.Issue(
                list?.At ?? root.At,
                "duplicate_agent_dir",
                $"{string.Join(", ", shared.Select(s => $"'{s.Id}'"))} have the same agentDir, {Slug.Quote(shared.Key)}: give each its own"
            );
        }
    }

    private string? Usual(string id) => stateFolder is null ? null : $"{stateFolder}/agents/{id}/agent";

    private Dictionary<string, string> Written(Json5Node? list)
    {
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = list switch
        {
            Json5Array array => array.Items.OfType<Json5Object>().Select(e => (Id: e.Word("id"), Entry: e)),
            Json5Object map => map.Members.Where(m => m.Value is Json5Object).Select(m => ((string?)m.Key, (Json5Object)m.Value)),
            _ => [],
        };
        foreach (var (id, entry) in entries)
        {
            if (id is not null && entry.Word("agentDir") is { } folder)
            {
                folders.TryAdd(id, Folders.Absolute(folder, home));
            }
        }

        return folders;
    }
}
