using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary>Looks again and again: drawn in place on a terminal, the text anew elsewhere, a document a line with <c>--json</c>.</summary>
internal static class Watching
{
    /// <summary>Ends when it is cancelled.</summary>
    /// <param name="more">What else belongs to an answer; null: nothing.</param>
    public static async Task<int> RunAsync(
        Call call,
        string path,
        TimeSpan every,
        Func<JsonElement, Task<string>> draw,
        CancellationToken cancel,
        Func<JsonElement, Task<JsonElement>>? more = null
    )
    {
        var live = new LiveText(call.Io.Out, call.Io.Window);
        using var timer = new PeriodicTimer(every, call.Time);
        do
        {
            var answer = await call.Client.GetAsync(path, cancel);
            answer = more is null ? answer : await more(answer);
            if (call.Json)
            {
                call.PrintLine(answer);
            }
            else if (call.Io.OutputIsTerminal)
            {
                live.Draw(PlainText.Clean(await draw(answer)));
            }
            else
            {
                call.Say(await draw(answer));
            }
        } while (await timer.WaitForNextTickAsync(cancel));

        return ExitCodes.Ok;
    }
}
