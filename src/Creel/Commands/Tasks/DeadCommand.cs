using System.CommandLine;
using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Tasks;

/// <summary><c>creel task dead …</c>: what could not be delivered.</summary>
internal static class DeadCommand
{
    private sealed record Redriven(string TaskId);

    public static Command Build(Cli cli)
    {
        var id = new Argument<string>("LETTER") { Description = "The dead letter's id" };
        var yes = YesOption.Make();
        return new Command("dead", "Dead letters: list, redrive, clear")
        {
            cli.Runs(new Command("list", "What could not be delivered, and why"), ListAsync),
            cli.Runs(
                new Command("redrive", "Send one again, as a new task") { id },
                (call, cancel) => RedriveAsync(call, call.Value(id), cancel)
            ),
            cli.Runs(
                new Command("clear", "Forget all of them") { yes },
                (call, cancel) => ClearAsync(call, call.Value(yes), cancel)
            ),
        };
    }

    private static async Task<int> ListAsync(Call call, CancellationToken cancel)
    {
        var answer = await call.Client.GetAsync("admin/dlq", cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var now = call.Time.GetUtcNow();
        var table = new TextTable("LETTER", "AGENT", "AGE", "WHY", "MESSAGE");
        foreach (var letter in Call.Read<DeadLettersView>(answer).DeadLetterQueue ?? [])
        {
            var age = (letter.At ?? letter.Timestamp) is { } at ? Words.Span(now - at) : "";
            var message = letter.Message is { } found ? PlainText.Line(JsonSerializer.Serialize(found, CliJson.Line), 80) : "";
            table.Add(letter.Id, letter.Agent, age, letter.Error, message);
        }

        if (table.Count == 0)
        {
            call.Say("no dead letters");
        }
        else
        {
            call.Show(table);
            call.Note("  → send one again: creel task dead redrive LETTER");
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> RedriveAsync(Call call, string id, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Post, $"admin/dlq/{AgentArgument.Segment(id)}/redrive", [], cancel);
        if (call.Json)
        {
            call.Print(answer);
        }
        else
        {
            call.Say(Call.Read<Redriven>(answer).TaskId);
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> ClearAsync(Call call, bool yes, CancellationToken cancel)
    {
        if (!yes && !await call.ConfirmAsync("Forget all dead letters?", cancel))
        {
            return ExitCodes.Negative;
        }

        var answer = await call.Client.SendAsync(HttpMethod.Delete, "admin/dlq", null, cancel);
        if (call.Json)
        {
            call.Print(answer);
        }
        else
        {
            call.Say("no dead letters are left");
        }

        return ExitCodes.Ok;
    }
}
