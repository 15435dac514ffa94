using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Creel.Proxy.Hardening;

/// <summary>A user and a group, by number.</summary>
internal sealed record UserIds(uint User, uint Group)
{
    /// <param name="text"><c>UID:GID</c>, neither of them root's.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out UserIds? ids)
    {
        ids = null;
        var parts = text.Split(':');
        if (parts.Length == 2 && Number(parts[0], out var user) && Number(parts[1], out var group))
        {
            ids = new UserIds(user, group);
        }

        return ids is not null;
    }

    private static bool Number(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and < uint.MaxValue;
}
