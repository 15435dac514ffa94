using System.Collections.Concurrent;

namespace Creel.Server.Hub.Links;

/// <summary>All live links, to be closed together.</summary>
internal sealed class LinkSet
{
    private readonly ConcurrentDictionary<Link, bool> links = new();

    public int Count => links.Count;

    public void Add(Link link) => links[link] = true;

    public void Remove(Link link) => links.TryRemove(link, out _);

    /// <summary>Closes all in order, and waits until they are over, but no longer than this.</summary>
    public async Task CloseAsync(TimeSpan drain)
    {
        foreach (var link in links.Keys)
        {
            // The older agents know 1000 with this sentence.
            link.Close(link.Kind == LinkKind.Old ? CloseCodes.Normal : CloseCodes.GoingAway, "Server shutting down");
        }

        await Task.WhenAll(links.Keys.Select(l => l.Over))
            .WaitAsync(drain)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(links.Keys.Select(l => l.SettledAsync(drain)))
            .WaitAsync(drain)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
