using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Sessions;

/// <summary>Sends a message and shows the answer as it comes.</summary>
internal sealed class TurnPrinter(Call call)
{
    private sealed record Line(
        string? Event,
        string? RunId,
        string? SessionKey,
        string? Delta,
        string? Text,
        string? State,
        string? Error,
        ToolView? Tool
    );

    private sealed record ToolView(string? Name, string? Phase);

    /// <summary>The turn that is under way, once it was accepted.</summary>
    public (string Key, string RunId)? Current { get; private set; }

    /// <param name="body">Of <c>POST /turns</c>.</param>
    public async Task<int> RunAsync(object body, CancellationToken cancel)
    {
        var (filter, shown) = (new PlainTextFilter(), new StringBuilder());
        var any = false;
        await foreach (var happened in call.Client.LinesAsync(HttpMethod.Post, "turns", Call.Body(body), cancel))
        {
            var line = Call.Read<Line>(happened);
            if (line is { Event: "accepted", RunId: { } run, SessionKey: { } key })
            {
                Current = (key, run);
            }

            if (call.Json)
            {
                call.PrintLine(happened);
            }
            else if (line.Event == "text" && call.Io.OutputIsTerminal)
            {
                // Elsewhere what was said on the way would be taken for the answer.
                any = Show(line, filter, shown, any);
            }
            else if (line is { Event: "tool", Tool: { Phase: "start", Name: { } tool } })
            {
                call.Note($"  · {PlainText.Line(tool, 60)}");
            }

            if (line.Event == "end")
            {
                Current = null;
                return End(line, shown, any);
            }
        }

        throw new CreelException(
            Fault.Unavailable("turn-cut", "the server went away before the answer's end", "see it later: creel session show")
        );
    }

    private bool Show(Line line, PlainTextFilter filter, StringBuilder shown, bool any)
    {
        if (line.Text is not null)
        {
            // What was said so far was not the answer.
            if (any)
            {
                call.Io.Out.Write("\n");
            }

            shown.Clear();
        }

        var piece = new StringBuilder();
        filter.Append(line.Delta ?? line.Text ?? "", piece);
        shown.Append(piece);
        call.Io.Out.Write(piece);
        call.Io.Out.Flush();
        return piece.Length > 0 || (any && line.Text is null);
    }

    private int End(Line line, StringBuilder shown, bool any)
    {
        if (!call.Json)
        {
            // The end has all; what came late was not streamed.
            var all = PlainText.Clean(line.Text);
            var streamed = shown.ToString();
            var rest =
                all.StartsWith(streamed, StringComparison.Ordinal) ? all[streamed.Length..]
                : all.TrimEnd() == streamed.TrimEnd() ? ""
                : any ? "\n" + all
                : all;
            call.Io.Out.Write(rest);
            if ((streamed + rest) is { Length: > 0 } said && !said.EndsWith('\n'))
            {
                call.Io.Out.Write("\n");
            }

            call.Io.Out.Flush();
            if (line.State is not ("ok" or "joined"))
            {
                call.Note(
                    line.State switch
                    {
                        "aborted" => "(stopped)",
                        "timeout" => "the agent took too long",
                        _ => $"no answer: {PlainText.Line(line.Error)}",
                    }
                );
            }
        }

        return line.State switch
        {
            "ok" or "joined" => ExitCodes.Ok,
            "timeout" => ExitCodes.Timeout,
            "aborted" => ExitCodes.Interrupted,
            _ => ExitCodes.Negative,
        };
    }

    public async Task AbortAsync(CancellationToken cancel)
    {
        if (Current is { } turn)
        {
            await call.Client.SendAsync(
                HttpMethod.Post,
                "turns/abort",
                Call.Body(new { key = turn.Key, runId = turn.RunId }),
                cancel
            );
        }
    }

    /// <summary>Both are the agent's own where the key names none.</summary>
    public static object Message(string agent, string? session, string text) =>
        new
        {
            agent,
            sessionKey = session,
            message = text,
        };
}
