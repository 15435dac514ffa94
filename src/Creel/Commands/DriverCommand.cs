using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary><c>creel driver list</c>: what this machine can truly isolate with.</summary>
internal static class DriverCommand
{
    public static Command Build(Cli cli)
    {
        var list = cli.Runs(new Command("list", "What works on this machine, found by trying"), ListAsync);
        list.Aliases.Add("ls");
        return new Command("driver", "Drivers: what makes cells") { Aliases = { "drivers" }, Subcommands = { list } };
    }

    private static async Task<int> ListAsync(Call call, CancellationToken cancel)
    {
        var answer = await call.Client.GetAsync("drivers", cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var drivers = Call.Read<DriversView>(answer).Drivers ?? [];
        var table = new TextTable("DRIVER", "LEVEL", "WORKS", "NETWORKS", "LIMITS", "OWN USER", "IDENTITY", "");
        foreach (var driver in drivers)
        {
            table.Add(
                driver.Driver,
                driver.Level,
                driver.Works ? "yes" : "no",
                string.Join(", ", driver.Networks ?? []),
                Limits(driver),
                driver.OwnUser ? "yes" : "no",
                driver.ProvenIdentity ? "proven" : "declared",
                driver.Sentence
            );
        }

        call.Show(table);
        foreach (var driver in drivers)
        {
            foreach (var note in driver.Notes ?? [])
            {
                call.Note($"note: {driver.Driver}: {PlainText.Line(note)}");
            }

            if (driver is { Works: false, Remedy: { Length: > 0 } remedy })
            {
                call.Note($"  → for {driver.Driver}: {PlainText.Line(remedy)}");
            }
        }

        return ExitCodes.Ok;
    }

    private static string Limits(DriverView driver) =>
        driver.Limits is { } limits
            ? string.Join(
                ", ",
                new[] { limits.Memory ? "memory" : "", limits.Cpu ? "cpu" : "", limits.Pids ? "pids" : "" }.Where(word =>
                    word.Length > 0
                )
            )
            : "";
}
