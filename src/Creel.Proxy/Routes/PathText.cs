namespace Creel.Proxy.Routes;

/// <summary>Whether a path means the same to everybody who reads it.</summary>
internal static class PathText
{
    /// <summary>
    /// No segment that goes up or stays, none that is empty but the last, no backslash, no escaped dot, slash, backslash,
    /// percent or control character, and visible ASCII alone.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<char> path)
    {
        if (path.Length == 0 || path[0] != '/' || path.ContainsAnyExceptInRange('!', '~') || path.ContainsAny('\\', '#'))
        {
            return false;
        }

        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '/')
            {
                var rest = path[(i + 1)..];
                if (rest.StartsWith("/") || rest is "." or ".." || rest.StartsWith("./") || rest.StartsWith("../"))
                {
                    return false;
                }
            }
            else if (path[i] == '%')
            {
                if (path.Length < i + 3 || !Plain(path[i + 1], path[i + 2]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool Plain(char high, char low)
    {
        if (!char.IsAsciiHexDigit(high) || !char.IsAsciiHexDigit(low))
        {
            return false;
        }

        var value = Convert.ToInt32($"{high}{low}", 16);
        return value is > 0x1F and not 0x7F && !"./\\%".Contains((char)value);
    }
}
