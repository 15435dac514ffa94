using Creel.Core;

namespace Creel.Server.Gateway.Sessions;

/// <summary>Lets each caller do one thing at a time; a few more wait, and the rest is told so.</summary>
internal sealed class OneByOne<T>(int mostWaiting)
    where T : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<T, Line> lines = [];

    /// <returns>To be disposed of when it is done.</returns>
    /// <exception cref="CreelException">Too many wait.</exception>
    public async Task<IDisposable> EnterAsync(T caller, CancellationToken cancel)
    {
        Line line;
        lock (gate)
        {
            if (!lines.TryGetValue(caller, out line!))
            {
                lines[caller] = line = new Line();
            }

            if (line.Count > mostWaiting)
            {
                throw new CreelException(
                    new Fault(
                        FaultKind.TooMany,
                        "one-by-one",
                        "too many of these were asked for at once",
                        "ask one after the other"
                    )
                );
            }

            line.Count++;
        }

        try
        {
            await line.Turn.WaitAsync(cancel);
        }
        catch
        {
            Leave(caller, line);
            throw;
        }

        return new Place(() =>
        {
            line.Turn.Release();
            Leave(caller, line);
        });
    }

    private void Leave(T caller, Line line)
    {
        lock (gate)
        {
            if (--line.Count == 0)
            {
                lines.Remove(caller);
            }
        }
    }

    /// <summary>Who is in it, at work or waiting.</summary>
    private sealed class Line
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public int Count { get; set; }
    }

    private sealed class Place(Action leave) : IDisposable
    {
        private Action? leave = leave;

        public void Dispose() => Interlocked.Exchange(ref leave, null)?.Invoke();
    }
}
