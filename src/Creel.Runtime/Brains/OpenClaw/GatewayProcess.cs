using System.Text;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>A gateway that was started, and the last that it said.</summary>
internal sealed class GatewayProcess : IDisposable
{
    private const int MostKept = 40;
    private const int LongestLine = 300;
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(200);

    private readonly Child child;
    private readonly RuntimeLog log;
    private readonly Queue<string> lines = new();
    private readonly CancellationTokenSource over = new();
    private readonly Task reading;

    public GatewayProcess(SpawnOrder order, RuntimeLog log)
    {
        this.log = log;
        child = Spawner.Start(order);
        reading = ReadAsync();
    }

    public Task<ExitStatus> Exit => child.Exit;

    public bool Said(string words)
    {
        lock (lines)
        {
            return lines.Any(line => line.Contains(words, StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>One sentence: how it ended, and its last line.</summary>
    public async Task<string> EndAsync()
    {
        var exit = await child.Exit.ConfigureAwait(false);
        await Task.WhenAny(reading, Task.Delay(LastWords)).ConfigureAwait(false);
        var how = exit.Signal switch
        {
            "SIGKILL" => "it was killed (SIGKILL): by somebody, or by the kernel since the cell's memory was used up",
            { } signal => $"it was ended by {signal}",
            _ => $"it ended with exit code {exit.Code}",
        };
        lock (lines)
        {
            return exit.Signal is null && lines.Count > 0 ? $"{how}: {lines.Last()}" : how;
        }
    }

    /// <summary>TERM, KILL after the grace, and nothing of its group is left.</summary>
    public async Task StopAsync(TimeSpan grace, TimeProvider time)
    {
        await child.EndAsync(grace, time).ConfigureAwait(false);
        await child.Exit.ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
    }

    public void Dispose()
    {
        child.Dispose();
        over.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[8 * 1024];
        // A sign may be cut where a read ends.
        var decoder = Encoding.UTF8.GetDecoder();
        var signs = new char[Encoding.UTF8.GetMaxCharCount(buffer.Length)];
        var text = new StringBuilder();
        try
        {
            int count;
            while ((count = await child.Output!.ReadAsync(buffer, over.Token).ConfigureAwait(false)) > 0)
            {
                var read = decoder.GetChars(buffer.AsSpan(0, count), signs, flush: false);
                for (var i = 0; i < read; i++)
                {
                    Hear(signs[i], text);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended; a child that it left behind holds the pipe.
        }

        Take(text.ToString());
    }

    private void Hear(char sign, StringBuilder text)
    {
        if (sign == '\n' || (text.Length >= LongestLine && !char.IsLowSurrogate(sign)))
        {
            Take(text.ToString());
            text.Clear();
        }

        if (!char.IsControl(sign))
        {
            text.Append(sign);
        }
    }

    private void Take(string line)
    {
        line = line.Trim();
        if (!line.Any(char.IsAsciiLetterOrDigit))
        {
            return;
        }

        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > MostKept)
            {
                lines.Dequeue();
            }
        }

        log.Write($"openclaw: {line}");
    }
}
