using System.Diagnostics;
using System.Text.Json;
using Creel.Conformance.Gateway.Control;
using Creel.Core.Provisioning;
using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>
/// How long <c>creel provision</c> takes for new agents at a real gateway, beside the original's sequence of calls for agents like them at
/// another of its kind; and for a second run, which has nothing to do.
/// </summary>
internal static class ProvisionBench
{
    private const int Agents = 50;
    private const int OldAgents = 20;
    private const string New = "CREEL_OPENCLAW";
    private const string Old = "CREEL_OPENCLAW_2_26";

    public static async Task<IReadOnlyList<Figure>> RunAsync() => [.. await NewerAsync(), .. await OlderAsync()];

    private static async Task<IReadOnlyList<Figure>> NewerAsync()
    {
        if (RealGateway.Tree(New) is null)
        {
            return [Figure.Absent("provisioning at a real gateway", $"{New} names no OpenClaw: ./do substrates up openclaw")];
        }

        // Each begins at a gateway of its own without agents: what an agent costs there grows with those that it has.
        var before = await OriginalAsync();
        await using var gateway = await RealGateway.StartAsync(New);
        await using var serve = await ServeAsync(gateway, Agents);
        var first = await ProvisionAsync(serve);
        var second = await ProvisionAsync(serve);
        var many = $"{Agents} new agents with {FileRules.Ours.Count} files each on 2026.9.6";
        return
        [
            new Figure(
                $"{many}, the original's calls",
                before.Seconds,
                "s",
                Note: $"{before.Connections} connections, {before.Again} calls again"
            ),
            new Figure("of these, to open conversations", before.Opening, "s"),
            new Figure($"{many}, creel provision", first.Seconds, "s", Note: $"{first.Calls} calls, {Lines(first)}"),
            new Figure("times as fast", before.Seconds / first.Seconds, "x", 10, AtLeast: true),
            new Figure(
                "times as fast, the original's without opening conversations",
                (before.Seconds - before.Opening) / first.Seconds,
                "x",
                10,
                AtLeast: true
            ),
            new Figure(
                "a second run with nothing to change",
                second.Seconds,
                "s",
                1,
                Note: $"{second.Calls} calls, {Lines(second)}"
            ),
            new Figure("its writes", second.Writes, "", 0),
        ];
    }

    private static async Task<Original> OriginalAsync()
    {
        await using var gateway = await RealGateway.StartAsync(New);
        var line = new OneCallLine(gateway.Url, RealGateway.Token);
        var original = new OriginalProvisioning(line, gateway.Workspaces);
        var files = FileRules.Ours.Select(name => KeyValuePair.Create(name, new string('x', 1500))).ToList();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Agents; i++)
        {
            await original.ProvisionAsync($"original-{i}", files);
        }

        return new Original(clock.Elapsed.TotalSeconds, original.Opening.TotalSeconds, line.Calls, original.Again);
    }

    private static async Task<IReadOnlyList<Figure>> OlderAsync()
    {
        if (RealGateway.Tree(Old) is null)
        {
            return [Figure.Absent("provisioning at an older real gateway", $"{Old} names no OpenClaw")];
        }

        await using var gateway = await RealGateway.StartAsync(Old);
        await using var serve = await ServeAsync(gateway, OldAgents);
        var first = await ProvisionAsync(serve);
        await using var client = gateway.Client();
        var roster = await client.CallAsync("agents.list");
        var there = roster
            .GetProperty("agents")
            .EnumerateArray()
            .Count(a => a.GetProperty("id").GetString()!.StartsWith("mc-b", StringComparison.Ordinal));
        var restarts = gateway.Log.Split('\n').Count(line => line.Contains("signal SIGUSR1 received", StringComparison.Ordinal));
        return
        [
            new Figure($"{OldAgents} new agents on 2026.2.26, creel provision", first.Seconds, "s"),
            new Figure("agents lost", OldAgents - there, "", 0),
            new Figure("restarts of the gateway", restarts, "", 1),
        ];
    }

    /// <summary>A serve whose habitat has the gateway with agents that it does not know yet.</summary>
    private static async Task<Serve> ServeAsync(RealGateway gateway, int agents)
    {
        var serve = await Serve.StartAsync();
        var list = string.Join(", ", Enumerable.Range(0, agents).Select(i => $"b{i}: {{ board: \"work\" }}"));
        var habitat = $$"""
            {
              users: { jane: { name: "Jane Doe", timezone: "Europe/Vienna" } },
              boards: { work: { name: "Work", user: "jane", objective: "Everything in its place." } },
              gateways: { prod: { url: "{{gateway.Url.OriginalString}}", workspaceRoot: "{{gateway.Workspaces}}", agents: { {{list}} } } },
            }
            """;
        Succeeded(await serve.UpAsync(habitat));
        Succeeded(
            await Published.RunAsync(
                Published.Creel,
                serve.Home,
                ["gateway", "add", "prod", gateway.Url.OriginalString, "--token-stdin"],
                RealGateway.Token
            )
        );
        return serve;
    }

    private static async Task<Run> ProvisionAsync(Serve serve)
    {
        var clock = Stopwatch.StartNew();
        var said = Succeeded(await serve.CommandAsync("provision", "--no-wake", "--json"));
        var seconds = clock.Elapsed.TotalSeconds;
        using var asked = JsonDocument.Parse(
            said.Output.Split('\n').Single(l => l.Contains("\"event\":\"asked\"", StringComparison.Ordinal))
        );
        return new Run(seconds, Figure("calls"), Figure("changes"), Figure("connections"));

        int Figure(string name) => asked.RootElement.GetProperty(name).GetInt32();
    }

    private static string Lines(Run run) => run.Connections == 1 ? "a new connection" : $"{run.Connections} new connections";

    private static CommandResult Succeeded(CommandResult result) =>
        result.ExitCode == 0 ? result : throw new InvalidOperationException(result.ToString());

    private sealed record Original(double Seconds, double Opening, int Connections, int Again);

    private sealed record Run(double Seconds, int Calls, int Writes, int Connections);
}
