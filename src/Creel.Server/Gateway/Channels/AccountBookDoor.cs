using Creel.Core.Channels;

namespace Creel.Server.Gateway.Channels;

/// <summary>Finds accounts for parts that are made before the book of them is.</summary>
internal sealed class AccountBookDoor
{
    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<ChannelAccount, LiveAccount?> Find { get; set; } = _ => null;

    /// <summary>Ends when the accounts have changed.</summary>
    public Task Changed => changed.Task;

    public void TellChanged() =>
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
