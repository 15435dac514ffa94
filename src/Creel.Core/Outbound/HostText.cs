namespace Creel.Core.Outbound;

/// <summary>What may stand where a host's name is expected.</summary>
public static class HostText
{
    /// <summary>Labels of letters, digits, '-' and '_' with dots between, 253 characters at most; an IPv4 address is one, too.</summary>
    public static bool IsName(ReadOnlySpan<char> host)
    {
        if (host.Length is 0 or > 253)
        {
            return false;
        }

        foreach (var range in host.Split('.'))
        {
            var label = host[range];
            if (label.Length is 0 or > 63 || label[0] == '-')
            {
                return false;
            }

            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
