using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;

namespace Creel.Bench;

/// <summary>How long the files of a thousand agents take to render; beside Jinja2 with the same templates and values, in the same run.</summary>
internal static class RenderBench
{
    private const int Agents = 1_000;
    private const int Rounds = 5;
    private const string Python = "/usr/bin/python3";

    private const string Program = """
        import json, sys, time
        from jinja2 import DictLoader, Environment, StrictUndefined
        ask = json.load(open(sys.argv[1]))
        best = None
        for _ in range(int(sys.argv[2])):
            environment = Environment(loader=DictLoader(ask["templates"]), undefined=StrictUndefined, keep_trailing_newline=True)
            start = time.process_time()
            size = 0
            for context in ask["contexts"]:
                for name in ask["names"]:
                    size += len(environment.get_template(name).render(**context).strip())
            taken = time.process_time() - start
            best = taken if best is None else min(best, taken)
        print(best, size)
        """;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var contexts = Enumerable.Range(0, Agents).Select(Context).ToList();
        var name = $"{Agents.ToString("N0", CultureInfo.InvariantCulture)} agents, {FileRules.Ours.Count} files each";
        var (best, size) = (double.MaxValue, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var renderer = new FileRenderer(ProvisioningMode.Ours, OurTemplates.Find);
            var before = Environment.CpuUsage.TotalTime;
            size = 0;
            foreach (var (agent, context) in contexts)
            {
                size += renderer
                    .Render(agent, AgentKind.Board, context, FileRules.Ours, bootstrap: true)
                    .Sum(file => (long)file.Value.EnumerateRunes().Count());
            }

            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return
        [
            new Figure($"rendering {name}, processor time", best, "s", 1),
            await TheirsAsync(name, contexts, size),
            new Figure($"from the habitat to what {name} are to be, processor time", Desired(), "s", 1),
        ];
    }

    /// <summary>The whole way, but for reading the habitat, which serve has done.</summary>
    private static double Desired()
    {
        var agents = string.Join(',', Enumerable.Range(0, Agents).Select(n => $"a{n}: {{ name: 'Agent {n}', board: 'b' }}"));
        var text =
            "{ users: { jane: { name: 'Jane Doe' } }, boards: { b: { objective: 'Everything in its place.', user: 'jane' } }, "
            + $"gateways: {{ g: {{ url: 'ws://127.0.0.1:1', workspaceRoot: '/srv/agents', agents: {{ {agents} }} }} }} }}";
        var habitat = HabitatReader.Read(new HabitatInput { Main = new HabitatSource("habitat.json5", text) }).Required();
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var renderer = new FileRenderer(ProvisioningMode.Ours, habitat.Provisioning.Templates.Find);
            var before = Environment.CpuUsage.TotalTime;
            var wanted = DesiredAgents.Of(habitat, "g", ProvisioningMode.Ours, "http://127.0.0.1:1/creel", renderer);
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
            if (wanted.Agents.Count != Agents || wanted.Agents.Any(a => a.Files!.Count != FileRules.Ours.Count))
            {
                throw new InvalidOperationException("the habitat wants something else");
            }
        }

        return best;
    }

    private static (AgentSheet Agent, IReadOnlyDictionary<string, string> Context) Context(int number)
    {
        var agent = new AgentSheet { Id = $"a{number}", Name = $"Agent {number}" };
        var gateway = new GatewaySheet
        {
            Id = "g",
            Name = "Gateway",
            WorkspaceRoot = "/srv/agents",
        };
        var board = new BoardSheet
        {
            Id = "b",
            Name = "Board",
            Objective = "Everything in its place.",
        };
        var user = new UserSheet { Name = "Jane Doe", Timezone = "Europe/Vienna" };
        var contexts = new Contexts(ProvisioningMode.Ours, new AgentKeys(ProvisioningMode.Ours), "http://creel.local");
        return (agent, contexts.Board(agent, board, gateway, $"a{number}.secret", user));
    }

    private static async Task<Figure> TheirsAsync(
        string what,
        List<(AgentSheet Agent, IReadOnlyDictionary<string, string> Context)> contexts,
        long size
    )
    {
        var name = $"rendering {what}, processor time, Jinja2";
        var file = Path.GetTempFileName();
        try
        {
            var ask = new
            {
                templates = OurTemplates.Names.ToDictionary(n => n, n => OurTemplates.Find(n)!),
                names = FileRules.Ours.Select(n => FileRules.Template(n, AgentKind.Board)),
                contexts = contexts.Select(c => c.Context),
            };
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(ask));
            if (!File.Exists(Python))
            {
                return Figure.Absent(name, "there is no Python");
            }

            using var python = Process.Start(
                new ProcessStartInfo(Python)
                {
                    ArgumentList = { "-c", Program, file, Rounds.ToString(CultureInfo.InvariantCulture) },
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var errors = python.StandardError.ReadToEndAsync();
            var answer = (await python.StandardOutput.ReadToEndAsync()).Split(' ');
            await errors;
            await python.WaitForExitAsync();
            if (python.ExitCode != 0)
            {
                return Figure.Absent(name, "python3-jinja2 is not installed");
            }

            var same = long.Parse(answer[1], CultureInfo.InvariantCulture) == size;
            return new Figure(
                name,
                double.Parse(answer[0], CultureInfo.InvariantCulture),
                "s",
                Note: same ? null : "it rendered something else"
            );
        }
        finally
        {
            File.Delete(file);
        }
    }
}
