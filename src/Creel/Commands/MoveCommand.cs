using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary><c>creel move AGENT --to LEVEL</c>: its cell, with all who share it, goes on at another level.</summary>
internal static class MoveCommand
{
    /// <summary>For stopping the old cell, bringing it back, and the proof of a driver.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    /// <summary>The server's code for a move that loses every wall, which nobody said is meant.</summary>
    private const string Unmeant = "move-unmeant";

    private sealed record Options(
        Argument<string> Agent,
        Option<string> To,
        Option<string?> Driver,
        Option<string?> Image,
        Option<double> Timeout,
        Option<double> Grace,
        Option<bool> Yes
    );

    private sealed record Answer(
        CellView? Cell,
        bool Moved,
        string? From,
        string? FromLevel,
        string? LocalFile,
        int UnderWay,
        double AwayMs
    );

    public static Command Build(Cli cli)
    {
        var options = new Options(
            AgentArgument.Make("An agent; all who share its cell go with it"),
            new("--to") { Description = "none, session or container", Required = true },
            new("--driver") { Description = "Which of the drivers of that level; the first that works here, unless said" },
            new("--image") { Description = "The container's image; Creel's own, unless said" },
            Seconds("--timeout", 60, "Within this it is up there and healthy, or everything is as it was"),
            Seconds("--grace", 10, "Tasks that run may go on for so long, before they are interrupted"),
            new("--yes", "-y") { Description = "Don't ask, also where it is to have no walls any more" }
        );
        options.To.AcceptOnlyFromAmong("none", "session", "container");
        var command = new Command("move", "Move an agent's cell to another level: workspace, state and queued tasks come along")
        {
            options.Agent,
            options.To,
            options.Driver,
            options.Image,
            options.Timeout,
            options.Grace,
            options.Yes,
        };
        return cli.Runs(
            command,
            (call, cancel) =>
                Interruption.SayAsync(
                    () => RunAsync(call, options, cancel),
                    $"left; if the move of {call.Value(options.Agent)} has begun, the server carries it through",
                    "see where it is: creel ps; move it back when it is there: creel move",
                    cancel
                )
        );
    }

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        try
        {
            return await MoveAsync(call, options, call.Value(options.Yes), cancel);
        }
        catch (CreelException e) when (e.Fault.Code == Unmeant && call.Io.InputIsTerminal && call.Io.ErrorIsTerminal)
        {
            if (await call.ConfirmAsync($"{e.Fault.Message}. Move it?", cancel))
            {
                return await MoveAsync(call, options, yes: true, cancel);
            }

            call.Note("nothing was changed");
            return ExitCodes.Negative;
        }
    }

    private static async Task<int> MoveAsync(Call call, Options options, bool yes, CancellationToken cancel)
    {
        var agent = call.Value(options.Agent);
        var (timeout, grace) = (call.Value(options.Timeout), call.Value(options.Grace));
        var body = Call.Body(
            new
            {
                to = call.Value(options.To),
                driver = call.Value(options.Driver),
                image = call.Value(options.Image),
                timeout,
                grace,
                yes,
                by = UpCommand.Asker,
            }
        );
        var path = $"agents/{AgentArgument.Segment(agent)}/move";
        var longer = TimeSpan.FromSeconds(timeout + grace) + Slack;
        var answer = await call.Client.SendAsync(HttpMethod.Post, path, body, cancel, longer);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        Tell(call, agent, Call.Read<Answer>(answer));
        return ExitCodes.Ok;
    }

    private static void Tell(Call call, string agent, Answer answer)
    {
        var where = $"{answer.Cell?.Level} ({answer.Cell?.Driver})";
        var others = answer.Cell?.Agents?.Where(other => other != agent).ToList() ?? [];
        var with = others.Count > 0 ? $" with {string.Join(", ", others)}, in the same cell" : "";
        if (!answer.Moved)
        {
            call.Say($"{agent}{with}: is at {where} already");
            return;
        }

        call.Say($"{agent}{with}: moved from {answer.From} to {where}; away for {Words.Milliseconds(answer.AwayMs)}");
        if (answer.UnderWay > 0)
        {
            call.Note(
                $"note: {Words.Count(answer.UnderWay, "task", "tasks")} had not ended in time: "
                    + "interrupted, or waiting again where it says retry"
            );
        }

        call.Note($"note: {answer.LocalFile} says so from now on, beside the habitat file");
        call.Note($"  → back: creel move {agent} --to {answer.FromLevel} --driver {answer.From}");
    }

    private static Option<double> Seconds(string name, double usual, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "SECONDS",
            DefaultValueFactory = _ => usual,
        };
}
