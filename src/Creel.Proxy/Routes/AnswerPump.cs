using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Routes;

/// <summary>Carries an answer's body to the client: each piece when it comes, no faster than it is taken.</summary>
internal sealed class AnswerPump(HttpContext context, ICallMeter meter, CancellationTokenSource over, TimeSpan patience)
{
    private const int PieceLength = 16 * 1024;
    private volatile bool left;

    /// <summary>Bytes of the body as the upstream sent them.</summary>
    public long Received { get; private set; }

    /// <summary>The upstream is stopped, unless it is to be read to its end.</summary>
    public void ClientLeft()
    {
        left = true;
        if (!meter.ReadsOn)
        {
            over.Cancel();
        }
    }

    public async Task<CallOutcome> RunAsync(HttpResponseMessage answer)
    {
        try
        {
            await using var from = await answer.Content.ReadAsStreamAsync(over.Token).ConfigureAwait(false);
            while (await PieceAsync(from).ConfigureAwait(false)) { }
            await WriteAsync(meter.End()).ConfigureAwait(false);
            if (context.Response.SupportsTrailers() && !left)
            {
                foreach (var (name, values) in answer.TrailingHeaders.NonValidated)
                {
                    context.Response.AppendTrailer(name, values.ToString());
                }
            }

            return left ? CallOutcome.Aborted : CallOutcome.Done;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            return left || context.RequestAborted.IsCancellationRequested ? CallOutcome.Aborted
                : over.IsCancellationRequested ? CallOutcome.TimedOut
                : CallOutcome.Broken;
        }
    }

    /// <returns>False: that was the end.</returns>
    private async ValueTask<bool> PieceAsync(Stream from)
    {
        // Waits without holding a buffer: most of a stream's life is waiting.
        var arrival = from.ReadAsync(Memory<byte>.Empty, over.Token);
        if (!arrival.IsCompleted && !context.Response.HasStarted)
        {
            await context.Response.BodyWriter.FlushAsync(over.Token).ConfigureAwait(false);
        }

        await arrival.ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        var count = 0;
        try
        {
            count = await from.ReadAsync(buffer, over.Token).ConfigureAwait(false);
            over.CancelAfter(patience);
            if (count == 0)
            {
                return false;
            }

            Received += count;
            await WriteAsync(meter.Pass(buffer.AsMemory(0, count))).ConfigureAwait(false);
            return true;
        }
        finally
        {
            buffer.AsSpan(0, count).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > 0 && !left)
        {
            await context.Response.Body.WriteAsync(bytes, over.Token).ConfigureAwait(false);
            over.CancelAfter(patience);
        }
    }
}
