namespace Creel.Adapters.Sqlite;

/// <summary>
/// Something to write, waiting for the batch that takes it along. It may run more than once, but only one run is committed.
/// </summary>
internal abstract class WriteRequest(CancellationToken cancel)
{
    /// <summary>False when its caller has gone before it began: then it is not written at all.</summary>
    public bool TryBegin()
    {
        if (!cancel.IsCancellationRequested)
        {
            return true;
        }

        Fail(new OperationCanceledException(cancel));
        return false;
    }

    public abstract void Run(WriteSession session);

    /// <summary>It is on disk: its caller goes on.</summary>
    public abstract void Acknowledge();

    public abstract void Fail(Exception exception);
}

internal sealed class WriteRequest<T>(Func<WriteSession, T> work, CancellationToken cancel) : WriteRequest(cancel)
{
    // Continuations run elsewhere: a caller must never hold up the writer.
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Completion => completion.Task;

    public override void Run(WriteSession session) => result = work(session);

    public override void Acknowledge() => completion.TrySetResult(result!);

    public override void Fail(Exception exception)
    {
        if (exception is OperationCanceledException canceled)
        {
            completion.TrySetCanceled(canceled.CancellationToken);
        }
        else
        {
            completion.TrySetException(exception);
        }
    }
}
