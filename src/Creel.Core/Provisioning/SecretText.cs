namespace Creel.Core.Provisioning;

/// <summary>What stands in a gateway's words or files, on its way to a person: no secret is in it, and no agent's token, whosever it is.</summary>
public static class SecretText
{
    private const string Hidden = "(hidden)";

    /// <summary>All else is as it was.</summary>
    public static string Without(string text, IReadOnlyList<string> secrets) =>
        secrets
            .Where(s => s.Length > 0)
            .Aggregate(
                AgentToken.ReplaceAll(text, Hidden),
                (left, secret) => left.Replace(secret, Hidden, StringComparison.Ordinal)
            );

    /// <summary>As one plain line, in which what was hidden between the signs of a secret hides it no more.</summary>
    public static string Plain(string text, IReadOnlyList<string> secrets) =>
        Without(PlainLine.Of(Without(text, secrets), int.MaxValue), [.. secrets.Select(s => PlainLine.Of(s, int.MaxValue))]);

    /// <summary>As a line of a file, each sign of it seen.</summary>
    /// <param name="most">UTF-16 code units that are shown.</param>
    public static string Visible(string line, IReadOnlyList<string> secrets, int most)
    {
        var (shown, plain) = (Without(line, secrets), Plain(line, secrets));
        return VisibleLine.Of(plain == PlainLine.Of(shown, int.MaxValue) ? shown : plain, most);
    }
}
