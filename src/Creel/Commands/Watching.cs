using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary>Looks again and again: drawn in place on a terminal, the text anew elsewhere, a document a line with <c>--json</c>.</summary>
internal static class Watching
{
    /// <summary>Ends when it is cancelled.</summary>
    public static async Task<int> RunAsync(
        Call call,
        string path,
        TimeSpan every,
        Func<JsonElement, string> draw,
        CancellationToken cancel
    )
    {
        var live = new LiveText(call.Io.Out, call.Io.Window);
        Action<JsonElement> show =
            call.Json ? call.PrintLine
            : call.Io.OutputIsTerminal ? answer => live.Draw(PlainText.Clean(draw(answer)))
            : answer => call.Say(draw(answer));
        using var timer = new PeriodicTimer(every, call.Time);
        do
        {
            show(await call.Client.GetAsync(path, cancel));
        } while (await timer.WaitForNextTickAsync(cancel));

        return ExitCodes.Ok;
    }
}
