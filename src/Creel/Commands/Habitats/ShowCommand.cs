using System.CommandLine;
using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Terminal;
using Creel.Terminal.Client;

namespace Creel.Commands.Habitats;

/// <summary><c>creel habitat show FILE</c>: what the file means once defaults and groups are worked out.</summary>
internal static class ShowCommand
{
    public static Command Build(Cli cli)
    {
        var file = new Argument<string>("FILE") { Description = "The habitat" };
        var lenient = HabitatFile.Lenient();
        var command = new Command("show", "Show what a habitat means, with defaults and groups worked out") { file, lenient };
        return cli.Runs(command, (call, _) => Task.FromResult(Run(call, call.Value(file), call.Value(lenient))));
    }

    private static int Run(Call call, string file, bool lenient)
    {
        file = HabitatFile.Shown(call, file);
        var (model, problems) = call.Parts.Habitats.Read(file, lenient);
        if (model is null)
        {
            throw new HabitatException(problems);
        }

        if (problems.Count > 0)
        {
            ErrorReport.Problems(call.Io.Error, problems);
        }

        if (call.Json)
        {
            using var document = JsonDocument.Parse(call.Parts.Habitats.Write(model));
            call.Print(document.RootElement);
            return ExitCodes.Ok;
        }

        var table = new TextTable("AGENT", "NAME", "CELL", "LEVEL", "DRIVER", "NETWORK", "MODEL", "BRAIN", "LIMITS");
        foreach (var agent in model.Agents)
        {
            Add(table, agent, model.GroupOf(agent));
        }

        call.Say($"habitat {model.Name}");
        call.Show(table);
        ShownBoards.Show(call, model);
        return ExitCodes.Ok;
    }

    private static void Add(TextTable table, AgentModel agent, AgentGroup group) =>
        table.Add(
            agent.Default ? $"{agent.Id} (default)" : agent.Id.Value,
            agent.Name,
            group.Id.Value,
            group.Level.ToString().ToLowerInvariant(),
            group.Driver ?? "(first that works)",
            group.Network.ToString().ToLowerInvariant(),
            agent.Model,
            agent.Brain.Kind,
            Limits(group.Limits)
        );

    private static string Limits(ResourceLimits limits) =>
        LimitWords.Of(
            JsonSerializer.SerializeToElement(
                new
                {
                    memory = limits.Memory?.Value,
                    cpu = limits.Cpu?.Value,
                    pids = limits.Pids?.Value,
                }
            )
        );
}
