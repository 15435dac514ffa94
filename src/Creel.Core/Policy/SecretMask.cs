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

    private static string Quoted(string value) =>
        value switch
        {
            ['\\', '"', ..] => "\\\"" + Mask + "\\\"",
            ['"', ..] => "\"" + Mask + "\"",
            ['\'', ..] => "'" + Mask + "'",
            _ => Mask,
        };
}
