using System.CommandLine;
using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary><c>creel verify [AGENT…]</c>: attacks cells from inside, and says what of their claims holds here.</summary>
internal static class VerifyCommand
{
    public static Command Build(Cli cli)
    {
        var agents = new Argument<string[]>("AGENT")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Only the cells of these; without it, every cell that runs",
        };
        var command = new Command(
            "verify",
            "Attack every cell from inside, and show what truly holds (with --json an event a line)"
        )
        {
            agents,
        };
        return cli.Runs(
            command,
            (call, cancel) =>
                Interruption.SayAsync(
                    () => RunAsync(call, call.Optional(agents) ?? [], cancel),
                    "left; no further attempt is made, and the cells go on",
                    "see them: creel ps; from the start again, or one cell alone: creel verify [AGENT]",
                    cancel
                )
        );
    }

    private static async Task<int> RunAsync(Call call, string[] agents, CancellationToken cancel)
    {
        var body = Call.Body(new { agents });
        TextTable? table = null;
        var failed = new List<TrialView>();
        TrialView? done = null;
        await foreach (var line in call.Client.LinesAsync(HttpMethod.Post, "verify", body, cancel))
        {
            var view = Call.Read<TrialView>(line);
            done = view.Event == "done" ? view : done;
            if (call.Json)
            {
                call.PrintLine<JsonElement>(line);
                continue;
            }

            if (view.Event != "attempt" && table is not null)
            {
                call.Show(table);
                call.Say("");
                table = null;
            }

            switch (view.Event)
            {
                case "cell":
                    call.Say(Heading(view));
                    table = new TextTable("ATTEMPT", "CLAIMED", "HELD", "EVIDENCE");
                    break;
                case "attempt":
                    table?.Add(view.Id, view.Claimed ? "yes" : "no", Held(view), view.Evidence);
                    if (view.Fails)
                    {
                        failed.Add(view);
                    }

                    break;
                case "left-out":
                    call.Say($"cell {view.Group}: left out: {view.Why}");
                    break;
            }
        }

        if (done is null)
        {
            throw new CreelException(
                Fault.Unavailable("verify-cut", "the server ended before the attempts did", "see its log, and try again")
            );
        }

        if (!call.Json)
        {
            Sum(call, done, failed);
        }

        return done.Ok ? ExitCodes.Ok : ExitCodes.Negative;
    }

    private static string Heading(TrialView view)
    {
        var below = view.OciRuntime is { } runtime ? $" on {runtime}" : "";
        var note = view.Note is { } text ? $"\n{text}" : "";
        return $"cell {view.Group}: {view.Level} by {view.Driver}{below}, network {view.Network}{note}";
    }

    private static string Held(TrialView view) =>
        view.Held switch
        {
            true => "held",
            false => view.Claimed ? "NOT HELD" : "not held",
            null => view.Fails ? "NOT PROVEN" : "not tried",
        };

    private static void Sum(Call call, TrialView done, List<TrialView> failed)
    {
        foreach (var row in failed)
        {
            call.Say(
                $"cell {row.Group}: {row.Id} {(row.Held is null ? "is not proven" : "does not hold")}: it {row.What} ({row.Evidence})"
            );
        }

        var cells = Words.Count(done.Cells, "cell", "cells");
        var sum = done.Sum ?? new TrialSum(0, 0, 0, 0);
        call.Say(
            $"{cells}: {sum.Held} claims held, {sum.Failed} did not, {sum.Untried} could not be tried; {sum.Unclaimed} attempts that nobody claims to hold"
        );
    }
}
