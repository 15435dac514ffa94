using System.Threading.Channels;
using Creel.Core;

namespace Creel.Adapters.Sqlite;

/// <summary>
/// The one thread that writes. It takes along all requests that are waiting, up to <see cref="MaxBatch"/>, and one commit
/// (one flush of the disk) serves them all. A batch that fails is rolled back, its callers are told, and the thread lives on.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    public const int MaxBatch = 1024;

    private readonly Channel<WriteRequest> queue = Channel.CreateBounded<WriteRequest>(
        new BoundedChannelOptions(8 * MaxBatch) { SingleReader = true }
    );

    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Connection connection;
    private readonly WriteSession session;
    private readonly string file;
    private bool stale;
    private long commits;
    private long requests;

    public Writer(Connection connection, string file)
    {
        this.connection = connection;
        this.file = file;
        session = new WriteSession(connection);
        session.Reload();
        new Thread(Loop) { IsBackground = true, Name = "creel-store" }.Start();
    }

    /// <summary>Commits and acknowledged requests so far.</summary>
    public (long Commits, long Requests) Figures => (Volatile.Read(ref commits), Volatile.Read(ref requests));

    /// <summary>
    /// Runs it on the writer's thread and returns when it is on disk. Cancelled means that nothing was written.
    /// </summary>
    /// <exception cref="CreelException">The store can't write; the fault says why.</exception>
    public async ValueTask<T> DoAsync<T>(Func<WriteSession, T> work, CancellationToken cancel)
    {
        var request = new WriteRequest<T>(work, cancel);
        try
        {
            if (!queue.Writer.TryWrite(request))
            {
                await queue.Writer.WriteAsync(request, cancel).ConfigureAwait(false);
            }
        }
        catch (ChannelClosedException)
        {
            throw new CreelException(Fault.Unavailable("store-closed", $"The database {file} is closed: creel is stopping"));
        }

        return await request.Completion.ConfigureAwait(false);
    }

    /// <summary>Writes what is waiting, then closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await ended.Task.ConfigureAwait(false);
        connection.Dispose();
    }

    private void Loop()
    {
        var batch = new List<WriteRequest>(MaxBatch);
        while (WaitForWork())
        {
            while (batch.Count < MaxBatch && queue.Reader.TryRead(out var request))
            {
                if (request.TryBegin())
                {
                    batch.Add(request);
                }
            }

            Write(batch);
            batch.Clear();
        }

        ended.SetResult();
    }

    private bool WaitForWork()
    {
        var ready = queue.Reader.WaitToReadAsync();
        return ready.IsCompleted ? ready.Result : ready.AsTask().GetAwaiter().GetResult();
    }

    private void Write(List<WriteRequest> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var failure = Try(batch, null);
        if (failure is null)
        {
            Acknowledge(batch);
            return;
        }

        if (failure is SqliteError { IsEnvironment: true })
        {
            Fail(batch, failure);
            return;
        }

        // One of them is bad. Once more, each within its own savepoint, so that only the bad one fails.
        var bad = new Dictionary<WriteRequest, Exception>();
        failure = Try(batch, bad);
        foreach (var (request, problem) in bad)
        {
            request.Fail(Explain(problem));
        }

        batch.RemoveAll(bad.ContainsKey);
        if (failure is null)
        {
            Acknowledge(batch);
        }
        else
        {
            Fail(batch, failure);
        }
    }

    /// <summary>Runs and commits a batch; answers what went wrong, with everything rolled back.</summary>
    /// <param name="bad">
    /// Where given, each request has a savepoint, and one that fails on its own account is put here instead.
    /// </param>
    private Exception? Try(List<WriteRequest> batch, Dictionary<WriteRequest, Exception>? bad)
    {
        try
        {
            connection["BEGIN IMMEDIATE"].Run();
            Refresh();
            foreach (var request in batch)
            {
                if (bad is null)
                {
                    request.Run(session);
                }
                else if (RunAlone(request) is { } problem)
                {
                    bad.Add(request, problem);
                }
            }

            connection["COMMIT"].Run();
            return null;
        }
        catch (Exception failure)
        {
            stale = true;
            return Rollback() ?? failure;
        }
    }

    private Exception? RunAlone(WriteRequest request)
    {
        connection["SAVEPOINT one"].Run();
        try
        {
            request.Run(session);
            connection["RELEASE one"].Run();
            return null;
        }
        catch (Exception problem) when (problem is not SqliteError { IsEnvironment: true })
        {
            connection.ResetAll();
            connection["ROLLBACK TO one"].Run();
            connection["RELEASE one"].Run();
            stale = true;
            Refresh();
            return problem;
        }
    }

    private void Refresh()
    {
        if (stale)
        {
            session.Reload();
            stale = false;
        }
    }

    private SqliteError? Rollback()
    {
        try
        {
            connection.Rollback();
            return null;
        }
        catch (SqliteError error)
        {
            return error;
        }
    }

    private void Acknowledge(List<WriteRequest> written)
    {
        // Counted first, so that whoever was answered finds itself counted.
        Volatile.Write(ref commits, commits + 1);
        Volatile.Write(ref requests, requests + written.Count);
        foreach (var request in written)
        {
            request.Acknowledge();
        }
    }

    private void Fail(List<WriteRequest> batch, Exception failure)
    {
        // Each caller gets an exception of its own: a shared one would gather all their stack traces.
        foreach (var request in batch)
        {
            request.Fail(Explain(failure));
        }
    }

    private Exception Explain(Exception failure) =>
        failure is SqliteError error ? new CreelException(error.ToFault(file), error) : failure;
}
