using System.Text;
using System.Text.RegularExpressions;

namespace Creel.Core.Channels;

/// <summary>
/// What speaks to an agent in a group. Patterns are the user's, texts are anybody's: no pattern holds up the others, and one that is
/// none is told once and left out.
/// </summary>
public sealed class MentionPatterns
{
    /// <summary>Characters that are looked at: a name comes early.</summary>
    private const int Looked = 16 * 1024;

    private const RegexOptions Usual = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>Of a pattern whose time may grow without bound; the others need no clock, which a busy machine would make unjust.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);

    private readonly List<Regex> patterns = [];

    public MentionPatterns(IEnumerable<string> written)
    {
        var odd = new List<string>();
        foreach (var pattern in written.Where(p => p.Length > 0).Distinct())
        {
            if (Make(pattern) is { } regex)
            {
                patterns.Add(regex);
            }
            else
            {
                odd.Add(pattern);
            }
        }

        Odd = odd;
    }

    /// <summary>What was written and is no pattern.</summary>
    public IReadOnlyList<string> Odd { get; }

    public bool IsEmpty => patterns.Count == 0;

    /// <summary>From a name and a sign, where no patterns were written: <c>@Bart</c>, <c>bart</c>, the sign.</summary>
    public static IEnumerable<string> Derived(string? name, string? emoji)
    {
        if (!string.IsNullOrWhiteSpace(name))
        {
            var words = name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape);
            yield return $@"(?:^|[^\w])@?{string.Join(@"\s+", words)}(?:$|[^\w])";
        }

        if (!string.IsNullOrWhiteSpace(emoji))
        {
            yield return Regex.Escape(emoji.Trim());
        }
    }

    public bool Match(string text)
    {
        if (patterns.Count == 0)
        {
            return false;
        }

        var clean = Visible(text.Length > Looked ? text[..Looked] : text);
        foreach (var pattern in patterns)
        {
            try
            {
                if (pattern.IsMatch(clean))
                {
                    return true;
                }
            }
            catch (RegexMatchTimeoutException)
            {
                // This text is not worth more time.
            }
        }

        return false;
    }

    /// <summary>Without what nobody sees: signs of no width, and those that turn the direction.</summary>
    public static string Visible(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u00ad', '\ufeff'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!IsHidden(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    private static bool IsHidden(char c) =>
        c
            is '\u00ad'
                or '\u034f'
                or '\u061c'
                or '\u180e'
                or '\ufeff'
                or (>= '\u200b' and <= '\u200f')
                or (>= '\u202a' and <= '\u202e')
                or (>= '\u2060' and <= '\u206f')
                or (>= '\ufe00' and <= '\ufe0f');

    private static Regex? Make(string pattern)
    {
        // Signs are compared without what chooses their colour, as texts are.
        pattern = Visible(pattern);
        try
        {
            return new Regex(pattern, Usual | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            // It looks ahead or back: it may take long, and is given little.
            return new Regex(pattern, Usual, Longest);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
