namespace Creel.Adapters.WebChat;

/// <summary>
/// Clients that have not proved themselves yet: so many at once. One more pushes out the one that has waited longest, so that who comes
/// and says nothing keeps nobody away.
/// </summary>
internal sealed class Greetings(int most)
{
    private readonly LinkedList<Greeting> open = [];

    public Greeting Enter(CancellationToken cancel)
    {
        var mine = new Greeting(this, CancellationTokenSource.CreateLinkedTokenSource(cancel));
        Greeting? oldest = null;
        lock (open)
        {
            open.AddLast(mine);
            if (open.Count > most)
            {
                oldest = open.First!.Value;
                open.RemoveFirst();
            }
        }

        oldest?.Push();
        return mine;
    }

    /// <param name="pushing">Is cancelled when it is pushed out.</param>
    internal sealed class Greeting(Greetings all, CancellationTokenSource pushing) : IDisposable
    {
        public CancellationToken Token { get; } = pushing.Token;

        public void Push()
        {
            lock (pushing)
            {
                if (!isOver)
                {
                    pushing.Cancel();
                }
            }
        }

        public void Dispose()
        {
            lock (all.open)
            {
                all.open.Remove(this);
            }

            lock (pushing)
            {
                isOver = true;
                pushing.Dispose();
            }
        }

        private bool isOver;
    }
}
