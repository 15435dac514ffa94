using System.Collections.Concurrent;
using System.Net.Security;
using Creel.Proxy.Doors;

namespace Creel.Proxy.Intercept;

/// <summary>What the proxy shows for each name that it answers for; none for others, so that nobody can make it grow.</summary>
internal sealed class Certificates
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(6);

    private readonly ConcurrentDictionary<string, Shown> all = new(StringComparer.OrdinalIgnoreCase);
    private readonly Standing standing;
    private readonly Authority authority;
    private readonly TimeProvider time;

    public Certificates(Standing standing, Authority authority, TimeProvider time)
    {
        (this.standing, this.authority, this.time) = (standing, authority, time);
        standing.Changed += Follow;
    }

    /// <summary>Has the authority's certificate say which names there are now.</summary>
    public void Follow()
    {
        authority.Allow([.. standing.UpstreamNames]);
        foreach (var gone in all.Keys.Where(name => !standing.IsUpstreamHost(name)))
        {
            all.TryRemove(gone, out _);
        }
    }

    /// <param name="name">One of an upstream's.</param>
    public SslStreamCertificateContext For(string name)
    {
        var now = time.GetUtcNow();
        if (all.TryGetValue(name, out var shown) && shown.Until > now)
        {
            return shown.Context;
        }

        // The root is not sent along: whoever trusts it has it.
        var context = SslStreamCertificateContext.Create(authority.Issue(name, Lifetime), null, offline: true);
        all[name] = new Shown(context, now + Renewal);
        return context;
    }

    private sealed record Shown(SslStreamCertificateContext Context, DateTimeOffset Until);
}
