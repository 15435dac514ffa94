using Creel.Core.Link;
using Creel.Runtime.Processes;
using Creel.Runtime.Work;

namespace Creel.Runtime.Streams;

/// <summary>A program on a real terminal: window size, job control, Ctrl-C.</summary>
internal static class ShellStream
{
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(200);

    public static async Task<StreamEnd> ServeAsync(
        LinkStream stream,
        StreamOpen order,
        WelcomeAgent agent,
        TaskSurroundings surroundings
    )
    {
        var environment = surroundings.For(agent.Id);
        environment["TERM"] = order.Term is { Length: > 0 } term ? term : "xterm-256color";
        IReadOnlyList<string> command = order.Command is { Count: > 0 } given ? given : LoginShell();
        using var terminal = new Terminal(order.Columns, order.Rows);
        using var child = Spawner.StartOn(terminal, new SpawnOrder(command, environment, agent.Workspace));
        terminal.StartReading();
        stream.Resized = terminal.Resize;
        try
        {
            var printing = PrintAsync(terminal, stream);
            var typing = TypeAsync(terminal, stream);
            var exit = await child.Exit.WaitAsync(stream.Over).ConfigureAwait(false);

            // What a background job prints later is for nobody; what lies in the terminal is not lost.
            await Task.WhenAny(printing, Task.Delay(LastWords, surroundings.Time)).ConfigureAwait(false);
            return new StreamEnd(exit.Code);
        }
        finally
        {
            stream.Resized = null;
            terminal.Dispose();
            await child.EndAsync(ProgramRun.KillGrace, surroundings.Time).ConfigureAwait(false);
        }
    }

    private static IReadOnlyList<string> LoginShell() => File.Exists("/bin/bash") ? ["/bin/bash", "-l"] : ["/bin/sh", "-l"];

    private static async Task PrintAsync(Terminal terminal, LinkStream stream)
    {
        try
        {
            await foreach (var piece in terminal.Output.ReadAllAsync(stream.Over).ConfigureAwait(false))
            {
                await stream.SendAsync(piece).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The stream is over.
        }
    }

    private static async Task TypeAsync(Terminal terminal, LinkStream stream)
    {
        try
        {
            while (await stream.ReceiveAsync().ConfigureAwait(false) is { } typed)
            {
                await terminal.WriteAsync(typed, stream.Over).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The stream is over.
        }
    }
}
