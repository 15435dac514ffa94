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
        var offline = new Option<bool>("--offline") { Description = "Try here and now, without asking a server" };
        var list = new Command("list", "What works on this machine, found by trying") { offline };
        cli.Runs(list, (call, cancel) => ListAsync(call, call.Value(offline), cancel));
        list.Aliases.Add("ls");
        return new Command("driver", "Drivers, which make cells: list") { Aliases = { "drivers" }, Subcommands = { list } };
    }

    private static async Task<int> ListAsync(Call call, bool offline, CancellationToken cancel)
    {
        var view = offline
            ? new DriversView([.. (await call.Parts.Drivers(call.Home, cancel)).Select(DriverView.Of)])
            : Call.Read<DriversView>(await call.Client.GetAsync("drivers", cancel));
        if (call.Json)
        {
            call.Print(view);
            return ExitCodes.Ok;
        }

        var drivers = view.Drivers ?? [];
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
