using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Creel.Core.Provisioning;

/// <summary>
/// What agents elsewhere show us: <c>ID.SECRET</c>, so that it is found without a search. Nobody else knows how one looks.
/// </summary>
public static class AgentToken
{
    /// <summary>Random bytes of the secret.</summary>
    public const int SecretBytes = 32;

    /// <summary>How long those before a new one still hold: an agent may be at work with the old one.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>More of them in one file are nobody's files: the gateway made them up, and each costs a look.</summary>
    private const int MostInOneText = 16;

    private const int SecretLength = 43;
    private const int LongestId = 64;
    private const string Starts = "abcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> Starting = SearchValues.Create(Starts);
    private static readonly SearchValues<char> Naming = SearchValues.Create(Starts + "-_");
    private static readonly SearchValues<char> Alphabet = SearchValues.Create(Starts + "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

    public static string Of(AgentId agent, ReadOnlySpan<byte> secret) => $"{agent}.{Base64Url.EncodeToString(secret)}";

    /// <returns>Whose it says to be; null where it can be nobody's.</returns>
    public static AgentId? AgentOf(string? text) =>
        text?.IndexOf('.') is { } dot and > 0
        && text.Length - dot - 1 == SecretLength
        && IsSecret(text, dot + 1)
        && AgentId.TryParse(text[..dot], out var agent)
            ? agent
            : null;

    /// <summary>
    /// All that is kept of it: SHA-256 of its text. A secret of 256 random bits needs no slow hash, and one that is fast to check is no way to
    /// keep us busy.
    /// </summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>What looks like tokens of this agent in a text, each once; of many the first.</summary>
    public static IReadOnlyList<string> Find(string text, AgentId agent) =>
        [
            .. In(text)
                .Where(t => text[t.From..t.Dot] == agent.Value)
                .Select(t => text[t.From..t.To])
                .Distinct(StringComparer.Ordinal)
                .Take(MostInOneText),
        ];

    /// <summary>The text with something else in the place of the tokens of this agent, in one go.</summary>
    public static string Replace(string text, AgentId agent, string by) => Replace(text, by, id => id == agent.Value);

    /// <summary>The text with something else in the place of all that looks like a token, whosever it is.</summary>
    public static string ReplaceAll(string text, string by) => Replace(text, by, _ => true);

    private static string Replace(string text, string by, Func<string, bool> whose)
    {
        var next = new StringBuilder();
        var done = 0;
        foreach (var (from, _, to) in In(text).Where(t => whose(text[t.From..t.Dot])))
        {
            next.Append(text, done, from - done).Append(by);
            done = to;
        }

        return done == 0 ? text : next.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>Each in its place: a text of look-alikes is read once as well.</summary>
    private static IEnumerable<(int From, int Dot, int To)> In(string text)
    {
        var done = 0;
        for (var dot = text.IndexOf('.'); dot >= 0; dot = text.IndexOf('.', dot + 1))
        {
            if (IsSecret(text, dot + 1) && Id(text, done, dot) is { } from)
            {
                done = dot + 1 + SecretLength;
                yield return (from, dot, done);
            }
        }
    }

    private static bool IsSecret(string text, int from) =>
        text.Length - from >= SecretLength
        && !text.AsSpan(from, SecretLength).ContainsAnyExcept(Alphabet)
        && (text.Length - from == SecretLength || !Alphabet.Contains(text[from + SecretLength]));

    /// <returns>Where the id that ends there begins; null: there is none.</returns>
    private static int? Id(string text, int first, int end)
    {
        first = Math.Max(first, end - LongestId);
        var before = text.AsSpan(first, end - first);
        before = before[(before.LastIndexOfAnyExcept(Naming) + 1)..];
        return before.IndexOfAny(Starting) is >= 0 and var at ? end - before.Length + at : null;
    }
}
