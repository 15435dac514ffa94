using System.Buffers;
using Creel.Core.Budgets;
using Creel.Proxy.Doors;
using Creel.Proxy.Ledger;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Routes;

/// <summary>Carries an answer's body to the client: each piece when it comes, no faster than it is taken.</summary>
/// <param name="rests">Where answers are counted that are read for the book alone.</param>
/// <param name="cookies">Set in trailers, they pass.</param>
internal sealed class AnswerPump(
    HttpContext context,
    ICallMeter meter,
    CancellationTokenSource over,
    TimeSpan patience,
    Rests? rests,
    bool cookies
) : IDisposable
{
    private const int PieceLength = 16 * 1024;
    private volatile bool left;
    private Rests.Rest? rest;
    private bool trails;

    /// <summary>Bytes of the body as the upstream sent them.</summary>
    public long Received { get; private set; }

    /// <summary>The upstream is stopped, unless it is to be read to its end.</summary>
    public void ClientLeft()
    {
        rest = meter.ReadsOn ? rests?.TryBegin() : null;
        left = true;
        if (rest is null)
        {
            over.Cancel();
        }
        else
        {
            over.CancelAfter(rest.TimeLeft);
        }
    }

    public void Dispose() => rest?.Dispose();

    public async Task<CallOutcome> RunAsync(HttpResponseMessage answer)
    {
        try
        {
            trails = TrailedBody.IsFor(context, answer);
            if (trails)
            {
                TrailedBody.Begin(context);
            }

            await using var from = await answer.Content.ReadAsStreamAsync(over.Token).ConfigureAwait(false);
            while (await PieceAsync(from).ConfigureAwait(false)) { }
            await WriteAsync(meter.End()).ConfigureAwait(false);
            if (!left)
            {
                await TrailAsync(answer).ConfigureAwait(false);
            }

            return left ? CallOutcome.Aborted : CallOutcome.Completed;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            return left || context.RequestAborted.IsCancellationRequested ? CallOutcome.Aborted
                : over.IsCancellationRequested ? CallOutcome.TimedOut
                : CallOutcome.Failed;
        }
    }

    /// <returns>False: that was the end.</returns>
    private async ValueTask<bool> PieceAsync(Stream from)
    {
        // Waits without holding a buffer: most of a stream's life is waiting.
        var arrival = from.ReadAsync(Memory<byte>.Empty, over.Token);
        if (!arrival.IsCompleted && !context.Response.HasStarted && !left)
        {
            await context.Response.BodyWriter.FlushAsync(over.Token).ConfigureAwait(false);
        }

        await arrival.ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        var count = 0;
        try
        {
            count = await from.ReadAsync(buffer, over.Token).ConfigureAwait(false);
            if (count == 0)
            {
                return false;
            }

            Received += count;
            if (!Goes(count))
            {
                return false;
            }

            await WriteAsync(meter.Pass(buffer.AsMemory(0, count))).ConfigureAwait(false);
            return true;
        }
        finally
        {
            buffer.AsSpan(0, count).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>There is time for the next piece.</summary>
    /// <returns>False: nobody waits for it, and enough was read.</returns>
    private bool Goes(int count)
    {
        if (!left)
        {
            over.CancelAfter(patience);
            return true;
        }

        if (rest?.Take(count) != true)
        {
            return false;
        }

        over.CancelAfter(rest.TimeLeft);
        return true;
    }

    private async ValueTask TrailAsync(HttpResponseMessage answer)
    {
        if (trails)
        {
            await TrailedBody.EndAsync(context, HeaderRules.Trailers(answer, cookies), over.Token).ConfigureAwait(false);
        }
        else if (context.Response.SupportsTrailers())
        {
            foreach (var (name, value) in HeaderRules.Trailers(answer, cookies))
            {
                context.Response.AppendTrailer(name, value);
            }
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > 0 && !left)
        {
            await (
                trails ? TrailedBody.WriteAsync(context, bytes, over.Token) : context.Response.Body.WriteAsync(bytes, over.Token)
            ).ConfigureAwait(false);
            Goes(0);
        }
    }
}
