using System.Text.RegularExpressions;

namespace Creel.Core.Policy;

/// <summary>
/// Takes secrets out of text that is kept or shown: known token shapes, bearer tokens, values of keys with a secret's name, and
/// the password in a URL. It errs on the side of masking, and works in linear time on whatever comes.
/// </summary>
public static class SecretMask
{
    public const string Mask = "•••";

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    // Whole shapes of well-known tokens, the hub's own link path among them.
    private static readonly Regex Shapes = new(
        @"\b(sk-[a-z0-9_\-]{8,}|gh[pousr]_[a-z0-9]{16,}|github_pat_[a-z0-9_]{20,}|glpat-[a-z0-9_\-]{16,}|xox[abeprs]-[a-z0-9\-]{8,}|AKIA[0-9A-Z]{16}|AIza[0-9a-z_\-]{30,}|[0-9]{8,10}:AA[a-z0-9_\-]{30,}|eyJ[a-z0-9_\-]{8,}\.[a-z0-9_\-]{8,}\.[a-z0-9_\-]*)",
        Linear
    );

    private static readonly Regex Schemes = new(@"\b(?<head>bearer|basic)(?<gap>[ \t]+)[a-z0-9._~+/=\-]{6,}", Linear);

    private static readonly Regex Named = new(
        @"(?<head>[a-z0-9_\-]*(?:password|passwd|secret|token|api[_\-]?key|access[_\-]?key|private[_\-]?key|authorization|credential)[a-z0-9_\-]*\\?[""']?[ \t]*[=:][ \t]*)(?<value>\\?""[^""\\]*\\?""|'[^']*'|[^\s,;&""'}\])]+)",
        Linear
    );

    private static readonly Regex UserInfo = new(@"(?<head>[a-z][a-z0-9+.\-]*://[^\s/:@]*):[^\s/@]+@", Linear);

    // All that stands before the host, also a token alone; the last @ counts, since a password may have one.
    private static readonly Regex BeforeHost = new(@"(?<head>[a-z][a-z0-9+.\-]*://)[^\s/]*@", Linear);

    private static readonly Regex Unschemed = new(@"(?<head>(^|[\s""'=,(])[^\s/:@""'=,(]+:)[^\s/@]+@(?<host>[a-z0-9\[])", Linear);

    private static readonly Regex Query = new(
        @"(?<head>[?&#][a-z0-9_.\-]*(?:token|key|secret|password|passwd|pwd|sig|signature|auth|code)=)[^&#\s""']+",
        Linear
    );

    private static readonly Regex LinkPath = new(@"(?<head>/agent/[^/\s]+/)[^/\s?""']+", Linear);

    private static readonly Regex PrivateKey = new(
        @"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?",
        Linear
    );

    public static string Apply(string text)
    {
        text = PrivateKey.Replace(text, Mask);
        text = Shapes.Replace(text, Mask);
        text = Schemes.Replace(text, "${head}${gap}" + Mask);
        text = UserInfo.Replace(text, "${head}:" + Mask + "@");
        text = LinkPath.Replace(text, "${head}" + Mask);
        return Named.Replace(text, static match => match.Groups["head"].Value + Quoted(match.Groups["value"].Value));
    }

    /// <summary>
    /// The same for a value of a configuration, whose key is no secret's: what stands before a host, what a query gives away, known shapes of
    /// tokens, and <c>name=value</c> where that is all it is. Prose stays as it is.
    /// </summary>
    public static string InValue(string text, string mask)
    {
        // Most values are a word.
        if (text.Length < 6)
        {
            return text;
        }

        var instead = mask.Replace("$", "$$", StringComparison.Ordinal);
        text = PrivateKey.Replace(text, instead);
        text = Shapes.Replace(text, instead);
        text = Schemes.Replace(text, "${head}${gap}" + instead);
        text = BeforeHost.Replace(text, "${head}" + instead + "@");
        text = Unschemed.Replace(text, "${head}" + instead + "@${host}");
        text = LinkPath.Replace(text, "${head}" + instead);
        text = Query.Replace(text, "${head}" + instead);
        return text.AsSpan().ContainsAny(" \t\r\n")
            ? text
            : Named.Replace(text, match => match.Groups["head"].Value + Quoted(match.Groups["value"].Value, mask));
    }

    private static string Quoted(string value, string mask = Mask) =>
        value switch
        {
            ['\\', '"', ..] => "\\\"" + mask + "\\\"",
            ['"', ..] => "\"" + mask + "\"",
            ['\'', ..] => "'" + mask + "'",
            _ => mask,
        };
}
