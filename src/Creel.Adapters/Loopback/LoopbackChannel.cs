using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Creel.Core.Channels;
using Creel.Core.Routing;

namespace Creel.Adapters.Loopback;

/// <summary>An account of <see cref="LoopbackKind"/>.</summary>
public sealed class LoopbackChannel(ChannelAccount account, Action closed) : IChannel
{
    private readonly Channel<OutboundMessage> sent = System.Threading.Channels.Channel.CreateUnbounded<OutboundMessage>();
    private readonly TaskCompletionSource<IInbox> inbox = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long count;

    public ChannelAccount Account => account;

    public ChannelTraits Traits { get; } = new(TextLimit: 16 * 1024);

    public ChannelState State { get; private set; } = ChannelState.Starting;

    /// <summary>What was sent, in its order.</summary>
    public ChannelReader<OutboundMessage> Sent => sent.Reader;

    /// <summary>What the next sends come to; null: they are taken. Given the message.</summary>
    public Func<OutboundMessage, SendException?> Refuse { get; set; } = _ => null;

    /// <summary>A message comes in. When it returns, the gateway has it.</summary>
    public async Task PutAsync(params InboundMessage[] messages)
    {
        var box = await inbox.Task.ConfigureAwait(false);
        await box.TakeAsync(messages, null, CancellationToken.None).ConfigureAwait(false);
    }

    public async Task ReceiveAsync(IInbox inbox, CancellationToken cancel)
    {
        State = new ChannelState(true);
        this.inbox.TrySetResult(inbox);
        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task<string> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        if (Refuse(message) is { } refusal)
        {
            throw refusal;
        }

        sent.Writer.TryWrite(message);
        return Task.FromResult(Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture));
    }

    public Task TypingAsync(Peer peer, string? threadId, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Each sign that was put on a message, or taken away.</summary>
    public ConcurrentQueue<(string Message, string? Sign)> Signs { get; } = new();

    public Task ReactAsync(Peer peer, string messageId, string? sign, CancellationToken cancel)
    {
        Signs.Enqueue((messageId, sign));
        return Task.CompletedTask;
    }

    public Task DraftAsync(Peer peer, string runId, string text, CancellationToken cancel) => Task.CompletedTask;

    public Task<ChannelProbe> ProbeAsync(CancellationToken cancel) =>
        Task.FromResult(new ChannelProbe(true, account.Account, account.Account, null, []));

    public ValueTask DisposeAsync()
    {
        State = new ChannelState(false);
        closed();
        return ValueTask.CompletedTask;
    }
}
