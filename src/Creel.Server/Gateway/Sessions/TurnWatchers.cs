using System.Collections.Immutable;
using Creel.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Sessions;

/// <summary>Who sees what happens in turns.</summary>
internal sealed class TurnWatchers(ILogger log)
{
    private ImmutableArray<Action<TurnEvent>> all = [];

    public bool Any => !all.IsEmpty;

    public IDisposable Add(Action<TurnEvent> seen)
    {
        // One of its own, so that the same method may watch twice.
        Action<TurnEvent> own = e => seen(e);
        ImmutableInterlocked.Update(ref all, list => list.Add(own));
        return new Leaving(() => ImmutableInterlocked.Update(ref all, list => list.Remove(own)));
    }

    public void Tell(TurnEvent happened)
    {
        foreach (var watcher in all)
        {
            try
            {
                watcher(happened);
            }
            catch (Exception e)
            {
                // One that fails takes nothing away from the others, and nothing from the turn.
                log.LogWarning("a watcher of turns failed: {Reason}", e.Message);
            }
        }
    }

    private sealed class Leaving(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
