using Creel.Core.Channels;
using Creel.Core.Routing;
using Creel.Server.Audits;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>
/// Sends what is on disk: to each peer in order, by the account that it was written down for and never by another. What its
/// messenger took is forgotten; what it will never take is told.
/// </summary>
internal sealed class Outbox(ChannelsParts parts, AccountBookDoor accounts, Media media)
{
    private readonly Dictionary<(ChannelAccount, Peer), Queue<OutboundPiece>> lanes = [];
    private readonly Lock gate = new();
    private readonly CancellationTokenSource patience = new();
    private int waiting;
    private int leaving;

    /// <summary>Messages that have not left.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    public async ValueTask PostAsync(IReadOnlyList<OutboundPiece> pieces, CancellationToken cancel) =>
        Add(await parts.Messages.PostAsync(pieces, cancel));

    /// <param name="pieces">On disk, with their numbers.</param>
    public void Add(IReadOnlyList<OutboundPiece> pieces)
    {
        foreach (var piece in pieces)
        {
            Interlocked.Increment(ref waiting);
            var key = (piece.Account, piece.Message.Peer);
            lock (gate)
            {
                if (lanes.TryGetValue(key, out var lane))
                {
                    lane.Enqueue(piece);
                    continue;
                }

                lane = new Queue<OutboundPiece>([piece]);
                lanes.Add(key, lane);
                _ = Task.Run(() => DrainAsync(key, lane));
            }
        }
    }

    /// <summary>What is just leaving arrives, and is known to have: else the next serve would send it again.</summary>
    public async Task SettleAsync()
    {
        patience.CancelAfter(parts.Config.Grace);
        while (Volatile.Read(ref leaving) > 0 && !patience.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }

    private async Task DrainAsync((ChannelAccount, Peer) key, Queue<OutboundPiece> lane)
    {
        try
        {
            while (Next(key, lane) is { } piece)
            {
                await SendAsync(piece);
                Interlocked.Decrement(ref waiting);
            }
        }
        catch (OperationCanceledException)
        {
            // It is on disk; the next serve sends it.
        }
        catch (Exception e)
        {
            parts.Log.LogError(e, "nothing leaves to a peer of {Account} until the next start", key.Item1);
        }
    }

    private OutboundPiece? Next((ChannelAccount, Peer) key, Queue<OutboundPiece> lane)
    {
        lock (gate)
        {
            if (lane.TryDequeue(out var piece))
            {
                return piece;
            }

            lanes.Remove(key);
            return null;
        }
    }

    private async Task SendAsync(OutboundPiece piece)
    {
        var stopping = parts.Stopping.Token;
        for (TimeSpan? pause = null; ; )
        {
            var account = accounts.Find(piece.Account);
            if (account?.Channel is not { } channel)
            {
                // It waits for its own account, be that away for long.
                await accounts
                    .Changed.WaitAsync(parts.Config.LongestPause, parts.Time, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stopping.ThrowIfCancellationRequested();
                continue;
            }

            try
            {
                await LeaveAsync(account, channel, piece);
                return;
            }
            catch (SendException e)
            {
                account.LastSendTrouble = e.Message;
                if (e.RetryAfter is not { } least)
                {
                    await GiveUpAsync(piece, e.Message);
                    return;
                }

                pause = e.Asked ? least : parts.Longer(pause);
                await Task.Delay(pause.Value > least ? pause.Value : least, parts.Time, stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                parts.Log.LogError(e, "a message can't be sent by {Account}", piece.Account);
                pause = parts.Longer(pause);
                await Task.Delay(pause.Value, parts.Time, stopping);
            }
        }
    }

    private async Task LeaveAsync(LiveAccount account, IChannel channel, OutboundPiece piece)
    {
        await account.Sending.WaitAsync(parts.Stopping.Token);
        Interlocked.Increment(ref leaving);
        try
        {
            parts.Stopping.Token.ThrowIfCancellationRequested();
            await (
                piece.Message.File is { } file && media.Sends(piece.Account)
                    ? media.SendAsync(account, channel, piece.Message, file, patience.Token)
                    : channel.SendAsync(piece.Message, patience.Token)
            );
            account.NoteSent(parts.Now);
            await GoneAsync(piece);
        }
        finally
        {
            Interlocked.Decrement(ref leaving);
            account.Sending.Release();
        }
    }

    private async Task GiveUpAsync(OutboundPiece piece, string why)
    {
        parts.Log.LogError("{Account} will never send a message to a {Peer}: {Why}", piece.Account, piece.Message.Peer.Word, why);
        await parts.Ports.Audit.RecordAsync(
            $"channel:{piece.Account}",
            "message.send",
            piece.Message.Peer.ToString(),
            "failed",
            AuditDetail.Of(("reason", why))
        );
        await GoneAsync(piece);
    }

    /// <summary>Until this is on disk, a restart sends it again.</summary>
    private async Task GoneAsync(OutboundPiece piece)
    {
        for (TimeSpan? pause = null; ; )
        {
            try
            {
                await parts.Messages.GoneAsync(piece.Sequence, patience.Token);
                return;
            }
            catch (Creel.Core.CreelException e)
            {
                parts.Log.LogError("that a message was sent can't be written down: {Fault}", e.Fault);
                pause = parts.Longer(pause);
                await Task.Delay(pause.Value, parts.Time, patience.Token);
            }
        }
    }
}
