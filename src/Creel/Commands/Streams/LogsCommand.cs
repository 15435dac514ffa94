using System.CommandLine;
using System.Text;
using Creel.Terminal;
using Creel.Terminal.Client;

namespace Creel.Commands.Streams;

/// <summary><c>creel logs AGENT</c>: what the runtime in its cell logged.</summary>
internal static class LogsCommand
{
    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what comes" };
        var lines = new Option<int>("--lines", "-n")
        {
            Description = "Start so many lines before the end",
            HelpName = "COUNT",
            DefaultValueFactory = _ => 100,
        };
        var command = new Command("logs", "Show the log of an agent's runtime") { agent, follow, lines };
        command.Aliases.Add("log");
        return cli.Runs(
            command,
            (call, cancel) =>
                Interruption.SayAsync(
                    () => RunAsync(call, call.Value(agent), call.Value(follow), call.Value(lines), cancel),
                    $"left the log; {call.Value(agent)} goes on",
                    $"look again: creel logs -f {call.Value(agent)}; stop its cell: creel agent stop {call.Value(agent)}",
                    cancel
                )
        );
    }

    public static async Task<int> RunAsync(Call call, string agent, bool follow, int lines, CancellationToken cancel)
    {
        if (lines is < 0 or > 1_000_000)
        {
            throw new UsageException("--lines takes a number from 0 to 1000000");
        }

        var query = StreamQuery.Of("log", [("follow", follow ? "true" : "false"), ("lines", $"{lines}")]);
        await using var stream = await call.Client.StreamAsync(agent, query, cancel);
        await stream.FinishAsync(cancel);
        using var json = new LineWriter(line => call.PrintLine(new { agent, line }));
        var plain = new PlainTextWriter(call.Json ? json : call.Io.Out);
        var piece = new byte[32 * 1024];
        for (int count; (count = await stream.ReadAsync(piece, cancel)) > 0; )
        {
            plain.Write(piece.AsSpan(0, count));
        }

        plain.Finish();
        return StreamExit.Code(call, stream.End);
    }

    /// <summary>Hands on whole lines.</summary>
    private sealed class LineWriter(Action<string> take) : TextWriter
    {
        private readonly StringBuilder line = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            if (value != '\n')
            {
                line.Append(value);
                return;
            }

            take(line.ToString());
            line.Clear();
        }

        protected override void Dispose(bool disposing)
        {
            if (line.Length > 0)
            {
                Write('\n');
            }

            base.Dispose(disposing);
        }
    }
}
