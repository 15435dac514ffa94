using System.Text.Json;
using Creel.Terminal;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Creel.Commands;

/// <summary>Looks again and again: a live display on a terminal, the text anew elsewhere, a document a line with <c>--json</c>.</summary>
internal static class Watching
{
    /// <summary>Ends when it is cancelled.</summary>
    public static async Task<int> RunAsync(
        Call call,
        string path,
        TimeSpan every,
        Func<JsonElement, IRenderable> draw,
        CancellationToken cancel
    )
    {
        if (call.Json)
        {
            return await RepeatAsync(call, path, every, call.PrintLine, cancel);
        }

        if (!call.Io.OutputIsTerminal)
        {
            return await RepeatAsync(call, path, every, answer => call.Say(Plain(draw(answer))), cancel);
        }

        return await Screen
            .Of(call.Io)
            .Live(new Text("…"))
            .StartAsync(live => RepeatAsync(call, path, every, answer => live.UpdateTarget(draw(answer)), cancel));
    }

    private static async Task<int> RepeatAsync(
        Call call,
        string path,
        TimeSpan every,
        Action<JsonElement> show,
        CancellationToken cancel
    )
    {
        using var timer = new PeriodicTimer(every, call.Time);
        do
        {
            show(await call.Client.GetAsync(path, cancel));
        } while (await timer.WaitForNextTickAsync(cancel));

        return 0;
    }

    private static string Plain(IRenderable drawing)
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
            }
        );
        console.Profile.Width = 240;
        console.Write(drawing);
        return string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd())).TrimEnd('\n') + "\n";
    }
}
