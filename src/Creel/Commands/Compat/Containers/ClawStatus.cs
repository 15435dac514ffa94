using System.Globalization;
using Creel.Commands.Outbound;
using Creel.Terminal;

namespace Creel.Commands.Compat.Containers;

/// <summary>The old table of containers: an agent each, and the proxy.</summary>
internal static class ClawStatus
{
    public static async Task<TextTable> TableAsync(Call call, bool proxy, bool ports, CancellationToken cancel)
    {
        string[] columns = ports ? ["NAMES", "IMAGE", "STATUS", "PORTS"] : ["NAMES", "IMAGE", "STATUS"];
        var table = new TextTable(columns);
        var now = call.Time.GetUtcNow();
        foreach (var claw in await Claw.AllAsync(call, cancel))
        {
            string[] row = [claw.Id, claw.Cell?.Driver ?? "none", State(claw, now), Ports(claw)];
            table.Add(row[..columns.Length]);
        }

        if (proxy)
        {
            var status = Call.Read<ProxyView>(await call.Client.GetAsync("proxy", cancel)).Read();
            table.Add("api-proxy", "creel-proxy", status is null ? "Exited" : $"Up {Words.Span(now - status.Since)}");
        }

        return table;
    }

    private static string State(Claw claw, DateTimeOffset now)
    {
        var age = claw.Cell?.Since is { } since ? $" {Words.Span(now - since)}" : "";
        return claw.Cell?.State switch
        {
            "running" when claw.Cell.Health?.Brain is { Healthy: false } brain => $"Up{age} ({brain.State ?? "unhealthy"})",
            "running" => $"Up{age}",
            "starting" => $"Up{age} (starting)",
            "restarting" => "Restarting",
            null => "Created",
            _ => "Exited",
        };
    }

    /// <summary>A cell's port is nobody's on the host; <c>dashboard</c> brings it to the loopback for as long as it runs.</summary>
    private static string Ports(Claw claw) =>
        claw.Brain == "openclaw" ? $"18789/tcp (dashboard: {claw.DashboardPort.ToString(CultureInfo.InvariantCulture)})" : "";
}
