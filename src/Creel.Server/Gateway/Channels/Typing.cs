using System.Collections.Concurrent;
using Creel.Core.Channels;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Channels;

/// <summary>While a turn runs, its peer sees that somebody writes, or what is being written.</summary>
internal sealed class Typing(ChannelsParts parts, AccountBookDoor accounts)
{
    private readonly ConcurrentDictionary<string, Expected> expected = new(StringComparer.Ordinal);

    public void Expect(InboundTurn turn) => expected[turn.RunId] = new Expected(turn);

    public void Forget(string run)
    {
        if (expected.TryRemove(run, out var one))
        {
            one.Stop.Cancel();
        }
    }

    /// <summary>Called on a thread of the turn's, and holds it up for nothing.</summary>
    public void See(TurnEvent happened)
    {
        if (!expected.TryGetValue(happened.RunId, out var one) || accounts.Find(one.Turn.Account)?.Channel is not { } channel)
        {
            return;
        }

        switch (happened)
        {
            case TurnStarted when channel.Traits.TypingEvery is { } every && one.Turn.Origin.Peer is { } peer:
                _ = Task.Run(() => TypeAsync(channel, peer, every, one));
                break;
            case TurnText text when channel.Traits.ShowsDrafts && one.Turn.Origin.Peer is { } peer:
                one.Draft(channel, peer, text.Text);
                break;
            case TurnEnded:
                one.Stop.Cancel();
                break;
        }
    }

    private async Task TypeAsync(IChannel channel, Creel.Core.Routing.Peer peer, TimeSpan every, Expected one)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(one.Stop.Token, parts.Stopping.Token);
        try
        {
            while (!both.IsCancellationRequested)
            {
                await channel.TypingAsync(peer, one.Turn.Origin.ThreadId, both.Token);
                await Task.Delay(every, parts.Time, both.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The answer is there.
        }
    }

    private sealed record Expected(InboundTurn Turn)
    {
        private readonly Lock gate = new();
        private string? next;
        private bool sending;

        public CancellationTokenSource Stop { get; } = new();

        /// <summary>Who reads slowly gets fewer drafts, not later ones.</summary>
        public void Draft(IChannel channel, Creel.Core.Routing.Peer peer, string text)
        {
            lock (gate)
            {
                next = text;
                if (!sending)
                {
                    sending = true;
                    _ = Task.Run(() => SendAsync(channel, peer));
                }
            }
        }

        private async Task SendAsync(IChannel channel, Creel.Core.Routing.Peer peer)
        {
            while (Take() is { } text && !Stop.IsCancellationRequested)
            {
                await channel.DraftAsync(peer, Turn.RunId, text, Stop.Token);
            }
        }

        private string? Take()
        {
            lock (gate)
            {
                (var text, next) = (next, null);
                sending = text is not null;
                return text;
            }
        }
    }
}
