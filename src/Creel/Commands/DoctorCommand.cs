using System.CommandLine;
using Creel.Commands.Gateway;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary><c>creel doctor</c>: tries what Creel needs of this machine, with and without a running server; with one, also the gateways elsewhere.</summary>
internal static class DoctorCommand
{
    public static Command Build(Cli cli) =>
        cli.Runs(new Command("doctor", "Try what Creel needs of this machine, and say what mends the rest"), RunAsync);

    private static async Task<int> RunAsync(Call call, CancellationToken cancel)
    {
        var here = call.Parts.Checks(call.Home, cancel);
        var elsewhere = GatewayChecks.AskAsync(call, cancel);
        IReadOnlyList<CheckView> checks = [.. await here, .. await elsewhere];
        if (call.Json)
        {
            call.Print(new { checks, ok = ExitCode(checks) == ExitCodes.Ok });
            return ExitCode(checks);
        }

        var table = new TextTable("CHECK", "", "FOUND");
        foreach (var check in checks)
        {
            table.Add(check.Check, Word(check.State), check.Sentence);
        }

        call.Show(table);
        foreach (var check in checks.Where(c => c is { State: not CheckState.Ok, Remedy.Length: > 0 }))
        {
            call.Note($"  → for {check.Check}: {PlainText.Line(check.Remedy)}");
        }

        return ExitCode(checks);
    }

    /// <summary>A missing package or right first: it is what the rest may follow from.</summary>
    public static int ExitCode(IReadOnlyList<CheckView> checks) =>
        checks.Any(c => c.State == CheckState.Missing) ? ExitCodes.Missing
        : checks.Any(c => c.State == CheckState.Failed) ? ExitCodes.Negative
        : ExitCodes.Ok;

    private static string Word(CheckState state) =>
        state switch
        {
            CheckState.Ok => "ok",
            CheckState.Warning => "warning",
            _ => "FAILS",
        };
}
