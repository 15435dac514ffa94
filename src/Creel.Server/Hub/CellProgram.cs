using System.Runtime.CompilerServices;
using System.Text;
using Creel.Core;
using Creel.Core.Link;
using Creel.Server.Hub.Links;

namespace Creel.Server.Hub;

/// <summary>A program of the runtime's own, run in a cell as a task's would be.</summary>
/// <param name="kind">As <see cref="StreamOpen"/> has it; a client can't ask for it.</param>
public sealed class CellProgram(CellDoors doors, CellId cell, AgentId agent, string kind)
{
    private const int LongestLine = 1 << 16;

    /// <summary>The program's exit code, once its lines have come to an end; null where it did not come to one.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>What it prints, line by line.</summary>
    /// <param name="input">One line; after it the program's input stays open until <paramref name="enough"/>.</param>
    /// <exception cref="CreelException">The cell's runtime is not connected.</exception>
    public async IAsyncEnumerable<string> LinesAsync(
        IReadOnlyList<string> arguments,
        ReadOnlyMemory<byte> input,
        Task enough,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var link =
            doors.Find(cell)?.Link
            ?? throw new CreelException(
                Fault.Unavailable("cell-offline", $"the runtime of cell {cell} is not connected", "see: creel ps")
            );
        var stream = link.Streams.Open(new StreamOpen(kind, agent.Value, arguments));
        try
        {
            await stream.WriteAsync((byte[])[.. input.Span, (byte)'\n'], cancel);
            _ = enough.ContinueWith(_ => stream.SendFinish(), cancel, TaskContinuationOptions.None, TaskScheduler.Default);
            var line = new List<byte>();
            while (await stream.ReadAsync(cancel) is { } bytes)
            {
                // What never ends a line, or comes without a pause, does not hold up who has waited long enough.
                cancel.ThrowIfCancellationRequested();
                stream.Consumed(bytes.Length);
                foreach (var whole in Split(bytes, line))
                {
                    yield return whole;
                }
            }

            ExitCode = stream.End?.ExitCode;
        }
        finally
        {
            stream.Abandon();
        }
    }

    private static List<string> Split(ReadOnlyMemory<byte> bytes, List<byte> line)
    {
        var whole = new List<string>();
        foreach (var one in bytes.Span)
        {
            if (one == (byte)'\n')
            {
                whole.Add(Encoding.UTF8.GetString([.. line]));
                line.Clear();
            }
            else if (line.Count < LongestLine)
            {
                line.Add(one);
            }
        }

        return whole;
    }
}
