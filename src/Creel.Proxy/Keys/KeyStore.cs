using System.Collections.Immutable;
using System.Security.Cryptography;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy.Hardening;

namespace Creel.Proxy.Keys;

/// <summary>The only place where there are provider keys. They go in; they come out towards their upstream alone.</summary>
internal sealed class KeyStore : IDisposable
{
    public const string FileName = "keys.box";

    private readonly Lock gate = new();
    private readonly string path;
    private readonly byte[] master;
    private readonly TimeProvider time;
    private volatile ImmutableDictionary<KeyName, ProviderKey> keys;

    /// <param name="home">The proxy's own folder.</param>
    /// <exception cref="CreelException">The keys on disk can't be read.</exception>
    public KeyStore(string home, string? credentials, TimeProvider time)
    {
        this.time = time;
        path = Path.Combine(home, FileName);
        master = MasterKey.Load(home, credentials);
        keys = File.Exists(path)
            ? KeyBox.Open(File.ReadAllBytes(path), master).ToImmutableDictionary()
            : ImmutableDictionary<KeyName, ProviderKey>.Empty;
    }

    /// <summary>Which there are, never what they are.</summary>
    public IReadOnlyList<KeyFact> Facts =>
        [
            .. keys.Select(k => new KeyFact(k.Key.Upstream, k.Key.Group, k.Value.SetAt))
                .OrderBy(k => k.Upstream, StringComparer.Ordinal)
                .ThenBy(k => k.Group?.Value, StringComparer.Ordinal),
        ];

    /// <summary>The group's own key, else the habitat's.</summary>
    public ProviderKey? Find(string upstream, GroupId group)
    {
        var now = keys;
        return now.GetValueOrDefault(new KeyName(upstream, group)) ?? now.GetValueOrDefault(new KeyName(upstream, null));
    }

    /// <summary>From the next call on; those under way go on with the one before. Durable when it returns.</summary>
    /// <param name="value">As it came: a last line end is taken off.</param>
    /// <exception cref="CreelException">It can be no key, or it can't be kept.</exception>
    public void Set(KeyName name, ReadOnlySpan<byte> value)
    {
        if (!AgentId.TryParse(name.Upstream, out _))
        {
            throw new CreelException(Fault.Invalid("upstream-name", "an upstream's name has the alphabet of ids", AgentId.Rule));
        }

        value = value.TrimEnd("\r\n"u8);
        if (value.Length is 0 or > ControlPaths.LongestKey || value.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E))
        {
            throw new CreelException(
                Fault.Invalid(
                    "key",
                    $"a key is 1 to {ControlPaths.LongestKey} visible ASCII characters on one line",
                    "copy it again from the provider's page"
                )
            );
        }

        var key = new ProviderKey(value, time.GetUtcNow());
        Change(now => now.SetItem(name, key));
    }

    /// <returns>False: there is none.</returns>
    /// <exception cref="CreelException">It can't be kept so.</exception>
    public bool Forget(KeyName name)
    {
        if (!keys.ContainsKey(name))
        {
            return false;
        }

        Change(now => now.Remove(name));
        return true;
    }

    public void Dispose()
    {
        foreach (var key in keys.Values)
        {
            key.Dispose();
        }

        CryptographicOperations.ZeroMemory(master);
    }

    private void Change(Func<ImmutableDictionary<KeyName, ProviderKey>, ImmutableDictionary<KeyName, ProviderKey>> change)
    {
        lock (gate)
        {
            var before = keys;
            var after = change(before);
            try
            {
                OwnFile.Write(path, KeyBox.Seal(after, master));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CreelException(
                    Fault.Unavailable(
                        "keys-disk",
                        $"the keys can't be written: {e.Message.TrimEnd('.')}",
                        "make room on the disk"
                    ),
                    e
                );
            }

            keys = after;
            foreach (var (name, key) in before)
            {
                if (after.GetValueOrDefault(name) != key)
                {
                    // A call that has read its header already keeps that text; the bytes are gone.
                    key.Dispose();
                }
            }
        }
    }
}
