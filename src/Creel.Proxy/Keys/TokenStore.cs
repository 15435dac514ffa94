using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy.Hardening;

namespace Creel.Proxy.Keys;

/// <summary>
/// The groups' tokens for the compatibility port, as hashes: whoever reads this file can call nothing with it. A line each:
/// group, since when (Unix milliseconds), hash.
/// </summary>
internal sealed class TokenStore
{
    public const string FileName = "tokens";

    private readonly Lock gate = new();
    private readonly string path;
    private readonly TimeProvider time;
    private volatile ImmutableDictionary<GroupId, Kept> tokens;

    /// <param name="home">The proxy's own folder.</param>
    /// <exception cref="CreelException">What is on disk can't be read.</exception>
    public TokenStore(string home, TimeProvider time)
    {
        this.time = time;
        path = Path.Combine(home, FileName);
        tokens = File.Exists(path) ? Read(File.ReadAllText(path)) : ImmutableDictionary<GroupId, Kept>.Empty;
    }

    /// <summary>Which there are.</summary>
    public IReadOnlyList<TokenFact> Facts =>
        [.. tokens.Select(t => new TokenFact(t.Key, t.Value.SetAt)).OrderBy(t => t.Group.Value, StringComparer.Ordinal)];

    /// <summary>
    /// Every hash is compared to its end, whichever fits: how long it takes tells nothing of any of them.
    /// </summary>
    /// <returns>Null: nobody's.</returns>
    public GroupId? Whose(string token)
    {
        var hash = GroupToken.Hash(token);
        GroupId? found = null;
        foreach (var (group, kept) in tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, kept.Hash))
            {
                found = group;
            }
        }

        return found;
    }

    /// <summary>From the next request on. Durable when it returns.</summary>
    /// <param name="hash">In hexadecimal digits; a line end may follow.</param>
    /// <param name="replace">One that is there is no obstacle.</param>
    /// <exception cref="CreelException">It is none, there is one, or it can't be kept.</exception>
    public void Set(GroupId group, ReadOnlySpan<byte> hash, bool replace)
    {
        var text = Encoding.ASCII.GetString(hash.TrimEnd("\r\n"u8));
        if (text.Length != 2 * SHA256.HashSizeInBytes || !text.All(char.IsAsciiHexDigit))
        {
            throw new CreelException(Fault.Invalid("token-hash", "that is no SHA-256 in hexadecimal digits"));
        }

        var kept = new Kept(Convert.FromHexString(text), time.GetUtcNow());
        Change(now =>
            replace || !now.ContainsKey(group)
                ? now.SetItem(group, kept)
                : throw new CreelException(
                    Fault.Conflict(
                        "token-there",
                        $"the group {group} has a token since {now[group].SetAt:u}, and it is shown once only",
                        $"have a new one made in its place: creel proxy token {group} --rotate"
                    )
                )
        );
    }

    /// <returns>False: there is none.</returns>
    /// <exception cref="CreelException">It can't be kept so.</exception>
    public bool Forget(GroupId group)
    {
        var there = false;
        Change(now =>
        {
            there = now.ContainsKey(group);
            return now.Remove(group);
        });
        return there;
    }

    private void Change(Func<ImmutableDictionary<GroupId, Kept>, ImmutableDictionary<GroupId, Kept>> change)
    {
        lock (gate)
        {
            var after = change(tokens);
            if (after == tokens)
            {
                return;
            }

            try
            {
                OwnFile.Write(path, Encoding.ASCII.GetBytes(string.Concat(after.Select(Line))));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CreelException(
                    Fault.Unavailable(
                        "tokens-disk",
                        $"the tokens can't be written: {e.Message.TrimEnd('.')}",
                        "make room on the disk"
                    ),
                    e
                );
            }

            tokens = after;
        }
    }

    private static string Line(KeyValuePair<GroupId, Kept> token) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{token.Key} {token.Value.SetAt.ToUnixTimeMilliseconds()} {Convert.ToHexStringLower(token.Value.Hash)}\n"
        );

    private static ImmutableDictionary<GroupId, Kept> Read(string text)
    {
        var read = ImmutableDictionary.CreateBuilder<GroupId, Kept>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (
                line.Split(' ') is not [var name, var since, { Length: 2 * SHA256.HashSizeInBytes } hash]
                || !GroupId.TryParse(name, out var group)
                || !long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                || !hash.All(char.IsAsciiHexDigit)
            )
            {
                throw new CreelException(
                    Fault.Refused(
                        "tokens-unreadable",
                        "the tokens of the compatibility port on disk can't be read",
                        $"delete '{FileName}' in the proxy's folder, and have new ones made: creel proxy token GROUP"
                    )
                );
            }

            read[group] = new Kept(Convert.FromHexString(hash), DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
        }

        return read.ToImmutable();
    }

    private sealed record Kept(byte[] Hash, DateTimeOffset SetAt);
}
