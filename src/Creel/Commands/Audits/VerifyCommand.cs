using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands.Audits;

/// <summary><c>creel audit verify</c>: walks the chain; 1 where a link does not hold.</summary>
internal static class VerifyCommand
{
    public static Command Build(Cli cli) =>
        cli.Runs(new Command("verify", "Prove that no entry was changed, removed or slipped in"), RunAsync);

    private static async Task<int> RunAsync(Call call, CancellationToken cancel)
    {
        var answer = await call.Client.GetAsync("audit/verify", cancel, TimeSpan.FromMinutes(10));
        var verdict = Call.Read<VerdictView>(answer);
        if (call.Json)
        {
            call.Print(answer);
        }
        else if (verdict.BrokenAt is { } at)
        {
            call.Say($"BROKEN at entry {at}: {verdict.Problem}");
            call.Note($"  → entries before {at} hold; compare with a copy of the book");
        }
        else
        {
            call.Say($"{verdict.Count} entries hold; head {verdict.Head}");
            call.Note("  → keep the head elsewhere: it also shows a cut at the end");
        }

        return verdict.BrokenAt is null ? ExitCodes.Ok : ExitCodes.Negative;
    }
}
