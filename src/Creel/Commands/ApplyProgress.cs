using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary>Shows what applying reports: a live table on a terminal, lines elsewhere, and with <c>--json</c> the events as they come.</summary>
internal static class ApplyProgress
{
    /// <exception cref="CreelException">Applying ended in a fault, or the server went away.</exception>
    public static async Task<int> ShowAsync(
        Call call,
        IAsyncEnumerable<JsonElement> events,
        CancellationToken cancel,
        string undo = "take all of it down again: creel down"
    )
    {
        var board = new ApplyBoard();
        try
        {
            var exit = await FollowAsync(call, events, board, cancel);
            foreach (var line in call.Json ? [] : board.Remains)
            {
                call.Note(line);
            }

            return exit;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw board.Count > 0
                ? new Interruption("left; the server finishes what it has begun", $"see how far it is: creel ps; {undo}")
                : new Interruption("left before the server said that it began; it may have, or not", "see whether: creel ps");
        }
    }

    private static async Task<int> FollowAsync(
        Call call,
        IAsyncEnumerable<JsonElement> events,
        ApplyBoard board,
        CancellationToken cancel
    )
    {
        if (call.Json)
        {
            return await FollowAsync(events, board, (raw, _) => call.PrintLine(raw), _ => { }, cancel);
        }

        if (!call.Io.OutputIsTerminal)
        {
            return await FollowAsync(events, board, (_, line) => Say(call, line), end => Say(call, end), cancel);
        }

        var live = new LiveText(call.Io.Out, call.Io.Window);
        return await FollowAsync(
            events,
            board,
            (_, _) => live.Draw(board.Count > 0 ? board.Table().Text() : ""),
            end =>
            {
                // In the table they may be cut.
                foreach (var failure in board.Failures)
                {
                    call.Say(failure);
                }

                call.Say(end);
            },
            cancel
        );
    }

    private static void Say(Call call, string? line)
    {
        if (line is not null)
        {
            call.Say(line);
        }
    }

    private static async Task<int> FollowAsync(
        IAsyncEnumerable<JsonElement> events,
        ApplyBoard board,
        Action<JsonElement, string?> shown,
        Action<string> ended,
        CancellationToken cancel
    )
    {
        await foreach (var raw in events.WithCancellation(cancel))
        {
            var happened = Call.Read<ProgressEvent>(raw);
            if (happened.Event != "fault")
            {
                shown(raw, board.Take(happened));
            }

            switch (happened.Event)
            {
                case "fault":
                    throw new CreelException(
                        new Fault(
                            FaultKind.ApplyFailed,
                            happened.Code ?? "apply-failed",
                            happened.Error ?? "applying failed",
                            happened.Remedy
                        )
                    );
                case "done":
                    ended(Summary(happened, board));
                    return happened.Ok ? ExitCodes.Ok : ExitCodes.ApplyFailed;
            }
        }

        throw new CreelException(
            Fault.Unavailable(
                "apply-cut",
                "the server went away before everything was applied",
                "run the same again: what is done stays done"
            )
        );
    }

    private static string Summary(ProgressEvent done, ApplyBoard board)
    {
        var took = done.Seconds is { } seconds ? $" in {Words.Milliseconds(seconds * 1000)}" : "";
        return !done.Ok && board is { Failed: 0, Untold: { } why } ? $"written down; the proxy has not taken it: {why}"
            : done.Ok
                ? board.Count == 0 ? $"nothing had to change{took}"
                    : $"{Words.Count(board.Count, "step", "steps")} done{took}"
            : $"{Words.Count(board.Failed, "step", "steps")} of {board.Count} failed{took}; run the same again when the cause is gone";
    }
}
