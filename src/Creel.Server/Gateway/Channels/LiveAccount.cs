using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;

namespace Creel.Server.Gateway.Channels;

/// <summary>An account of the habitat, with its channel where it has one.</summary>
internal sealed class LiveAccount(ChannelAccountModel model, IChannelKind? kind, AccountSecrets? secrets)
{
    private readonly CancellationTokenSource stop = new();
    private Task receiving = Task.CompletedTask;
    private long received;
    private long sent;
    private long dropped;

    public ChannelAccountModel Model { get; set; } = model;

    public ChannelAccount Id { get; } = ChannelAccount.Of(model.Channel, model.Id);

    public IChannelKind? Kind { get; } = kind;

    /// <summary>Null: it does not run.</summary>
    public AccountSecrets? Secrets { get; } = secrets;

    /// <summary>Null: <see cref="Trouble"/> says why.</summary>
    public IChannel? Channel { get; private set; }

    public AccessPolicy? Access { get; set; }

    /// <summary>Why it does not run, one sentence; null: it does.</summary>
    public string? Trouble { get; set; }

    /// <summary>The channel's trouble that the log has.</summary>
    public string? Told { get; set; }

    public SemaphoreSlim Sending { get; init; } = new(1);

    public long Received => Interlocked.Read(ref received);

    public long Sent => Interlocked.Read(ref sent);

    public long Dropped => Interlocked.Read(ref dropped);

    public DateTimeOffset? LastInAt { get; private set; }

    public DateTimeOffset? LastOutAt { get; private set; }

    public string? LastSendTrouble { get; set; }

    public void Start(IChannel channel, IInbox inbox)
    {
        Channel = channel;
        receiving = Task.Run(() => channel.ReceiveAsync(inbox, stop.Token));
    }

    /// <summary>Ends when it receives no more, of itself or since it was stopped.</summary>
    public Task Receiving => receiving;

    public bool Stopped => stop.IsCancellationRequested;

    public void NoteReceived(int count, DateTimeOffset at)
    {
        Interlocked.Add(ref received, count);
        LastInAt = at;
    }

    public void NoteDropped() => Interlocked.Increment(ref dropped);

    public void NoteSent(DateTimeOffset at)
    {
        Interlocked.Increment(ref sent);
        (LastOutAt, LastSendTrouble) = (at, null);
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Channel is { } channel)
        {
            await channel.DisposeAsync();
        }
    }
}
