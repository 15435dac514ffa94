using System.Text.Json;
using Creel.Core.Link;
using Creel.Runtime.Link;

namespace Creel.Runtime.Work;

/// <summary>Sends a task's output to the hub from its beginning, and goes on while the task runs.</summary>
internal sealed class OutputWatch : IDisposable
{
    private const int Piece = 12 * 1024; // 16 KiB in base64
    private readonly CancellationTokenSource stop = new();

    public OutputWatch(string task, Outbox outbox, params (string Name, OutputBuffer Buffer)[] streams) =>
        Done = Task.WhenAll(streams.Select(s => FollowAsync(task, s.Name, s.Buffer, outbox, stop.Token)));

    /// <summary>Completes when all has been sent, so that a response may follow; never faults.</summary>
    public Task Done { get; }

    public void Dispose() => stop.Cancel();

    private static async Task FollowAsync(string id, string stream, OutputBuffer buffer, Outbox outbox, CancellationToken stop)
    {
        try
        {
            var offset = 0L;
            var sent = Task.CompletedTask;
            while (true)
            {
                await buffer.WaitAsync(offset).WaitAsync(stop).ConfigureAwait(false);
                if (buffer.Read(offset, Piece) is not { } piece)
                {
                    await sent.WaitAsync(stop).ConfigureAwait(false);
                    return;
                }

                var chunk = JsonSerializer.SerializeToUtf8Bytes(
                    new OutputChunk(id, stream, offset, piece),
                    LinkJson.Default.OutputChunk
                );
                var handed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (!await outbox.PostBulkAsync(MessageTypes.Output, chunk, handed, stop).ConfigureAwait(false))
                {
                    return;
                }

                sent = handed.Task;

                offset += piece.Length;
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more.
        }
    }
}
