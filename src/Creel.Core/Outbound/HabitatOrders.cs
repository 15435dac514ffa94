using Creel.Core.Habitats;

namespace Creel.Core.Outbound;

/// <summary>From a habitat and the cells that it has to what the proxy is told.</summary>
public static class HabitatOrders
{
    /// <param name="habitat">The one in force; null: none is, and nobody is let through.</param>
    /// <param name="cells">Those with a way to the proxy.</param>
    public static ProxyOrders Of(HabitatModel? habitat, IEnumerable<OutboundCell> cells)
    {
        if (habitat is null)
        {
            return ProxyOrders.None;
        }

        var groups = habitat.Groups.ToDictionary(group => group.Id);
        return new ProxyOrders
        {
            Habitat = habitat.Name,
            Cells =
            [
                .. from cell in cells
                where groups.ContainsKey(cell.Group)
                orderby cell.Cell.Value
                select Of(cell, groups[cell.Group], habitat.MaxTokens),
            ],
            Upstreams = habitat.Upstreams,
            Budgets = habitat.Budgets,
            Prices = habitat.Prices,
            Bounds = habitat.Bounds,
            Unpriced = habitat.Unpriced,
            Intercept = habitat.Intercept,
            BodyLimit = habitat.BodyLimit,
            ReadTimeout = habitat.ReadTimeout,
            Offline = habitat.Offline,
            Compatibility = habitat.Compatibility,
        };
    }

    private static CellOrders Of(OutboundCell cell, AgentGroup group, int? maxTokens) =>
        new()
        {
            Cell = cell.Cell,
            Group = group.Id,
            Agents = group.Agents,
            SocketGid = cell.Gid,
            Models = group.Models,
            Limits = group.Calls,
            Egress = [.. group.Egress.Select(EgressRule.Parse)],
            Budgets = group.Budgets,
            MaxTokens = group.MaxTokens ?? maxTokens,
        };
}

/// <summary>A cell with a way to the proxy.</summary>
/// <param name="Gid">The group id that it runs under, where it has one of its own.</param>
public sealed record OutboundCell(CellId Cell, GroupId Group, int? Gid);
