using Creel.Core.Habitats;
using Creel.Core.Provisioning;
using Creel.Terminal;

namespace Creel.Commands.Habitats;

/// <summary>For people: users, boards, gateways elsewhere and the agents that live there; a table each, where there is one.</summary>
internal static class ShownBoards
{
    public static void Show(Call call, HabitatModel habitat)
    {
        foreach (var table in new[] { Users(habitat), Boards(habitat), Gateways(habitat), Agents(habitat) })
        {
            if (table is not null)
            {
                call.Say("");
                call.Show(table);
            }
        }
    }

    private static TextTable? Users(HabitatModel habitat)
    {
        var table = new TextTable("USER", "NAME", "CALLED", "TIMEZONE");
        foreach (var (id, user) in habitat.Provisioning.Users)
        {
            table.Add(id, user.Name ?? "", user.PreferredName ?? "", user.Timezone ?? "");
        }

        return habitat.Provisioning.Users.Count == 0 ? null : table;
    }

    private static TextTable? Boards(HabitatModel habitat)
    {
        var said = habitat.Provisioning;
        var table = new TextTable("BOARD", "NAME", "LEAD", "AGENTS", "FOR");
        foreach (var (id, board) in said.Boards)
        {
            var agents = said.Agents.Where(a => a.Value.Board == id).Select(a => a.Key.Value).Order(StringComparer.Ordinal);
            table.Add(id, board.Sheet.Name, board.Lead?.Value ?? "", string.Join(", ", agents), board.User ?? "");
        }

        return said.Boards.Count == 0 ? null : table;
    }

    private static TextTable? Gateways(HabitatModel habitat)
    {
        var table = new TextTable("GATEWAY", "URL", "WORKSPACES", "AGENTS REACH US AT");
        foreach (var gateway in habitat.ForeignGateways.Values.OrderBy(g => g.Name, StringComparer.Ordinal))
        {
            table.Add(
                gateway.Name,
                gateway.Url.OriginalString,
                gateway.WorkspaceRoot ?? "",
                gateway.BaseUrl ?? (gateway.Url.IsLoopback ? "this machine" : "")
            );
        }

        return habitat.ForeignGateways.Count == 0 ? null : table;
    }

    private static TextTable? Agents(HabitatModel habitat)
    {
        var agents = habitat
            .ForeignGateways.Values.SelectMany(g => g.Agents)
            .OrderBy(a => a.Gateway, StringComparer.Ordinal)
            .ToList();
        var table = new TextTable("AGENT", "GATEWAY", "NAME", "KIND", "BOARD", "FILES");
        foreach (var agent in agents)
        {
            var kind = agent.IsMain ? AgentKind.Main : habitat.Provisioning.KindOf(agent.Id);
            table.Add(
                agent.Id.Value,
                agent.Gateway,
                agent.Name,
                kind.ToString().ToLowerInvariant(),
                habitat.Provisioning.Agents.GetValueOrDefault(agent.Id)?.Board ?? "",
                agent.Files ? "ours" : "left as they are"
            );
        }

        return agents.Count == 0 ? null : table;
    }
}
