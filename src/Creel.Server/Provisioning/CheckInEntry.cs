using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>One agent's signs of life, and what is under way about it. Guarded by the book's gate.</summary>
internal sealed class CheckInEntry(CheckInState state, CheckInState? kept)
{
    /// <summary>Signs that only repeat what is known are written so seldom.</summary>
    private static readonly TimeSpan EachSign = TimeSpan.FromSeconds(30);

    private TaskCompletionSource changed = New();

    public CheckInState State { get; private set; } = state;

    /// <summary>As it is on the disk.</summary>
    public CheckInState? Kept { get; set; } = kept;

    /// <summary>Messages of it that are on their way.</summary>
    public int Sending { get; set; }

    /// <summary>Completes at the next change.</summary>
    public Task Changed => changed.Task;

    public void Become(CheckInState next)
    {
        if (next != State)
        {
            State = next;
            Interlocked.Exchange(ref changed, New()).SetResult();
        }
    }

    public bool IsToBeKept =>
        Kept is null
        || State with { LastSeen = null } != Kept with { LastSeen = null }
        || (State.LastSeen is { } seen && (Kept.LastSeen is not { } before || (seen - before).Duration() >= EachSign));

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
