using System.CommandLine;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Terminal;

namespace Creel.Commands.Habitats;

/// <summary><c>creel habitat check FILE</c>: every problem, at its place; 0 or 2.</summary>
internal static class CheckCommand
{
    public static Command Build(Cli cli)
    {
        var file = new Argument<string>("FILE") { Description = "The habitat" };
        var lenient = HabitatFile.Lenient();
        var command = new Command("check", "Check a habitat; exit 0, or 2 with every problem at its place") { file, lenient };
        return cli.Runs(command, (call, _) => Task.FromResult(Run(call, call.Value(file), call.Value(lenient))));
    }

    private static int Run(Call call, string file, bool lenient)
    {
        file = HabitatFile.Shown(call, file);
        var (model, problems) = call.Parts.Habitats.Read(file, lenient);
        var valid = model is not null && problems.All(problem => problem.Severity != Severity.Error);
        if (call.Json)
        {
            call.Print(new { valid, problems });
            return valid ? ExitCodes.Ok : ExitCodes.Invalid;
        }

        if (problems.Count > 0)
        {
            ErrorReport.Problems(call.Io.Error, problems, checks: true);
        }

        if (valid)
        {
            var groups = model!.Groups.Count;
            var elsewhere = model.ForeignGateways.Values.Sum(g => g.Agents.Count);
            call.Say(
                $"{file}: valid, {Words.Count(model.Agents.Count, "agent", "agents")} in {Words.Count(groups, "cell", "cells")}"
                    + (elsewhere > 0 ? $", and {elsewhere} at gateways elsewhere" : "")
            );
        }

        return valid ? ExitCodes.Ok : ExitCodes.Invalid;
    }
}
