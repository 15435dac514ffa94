namespace Creel.Terminal;

/// <summary>
/// The way out of a remote shell that no longer answers: <c>~.</c> at the start of a line, as in ssh; <c>~~</c> sends one <c>~</c>.
/// </summary>
internal sealed class ShellEscape
{
    private enum At
    {
        LineStart,
        Tilde,
        Line,
    }

    private At at = At.LineStart;

    /// <summary>Adds to <paramref name="output"/> what is for the shell; true when the user wants out.</summary>
    public bool Take(ReadOnlySpan<byte> typed, List<byte> output)
    {
        foreach (var key in typed)
        {
            switch (at, (char)key)
            {
                case (At.Tilde, '.'):
                    return true;
                case (At.LineStart, '~'):
                    at = At.Tilde;
                    continue;
                case (At.Tilde, not '~'):
                    output.Add((byte)'~');
                    break;
            }

            output.Add(key);
            at = key is (byte)'\r' or (byte)'\n' ? At.LineStart : At.Line;
        }

        return false;
    }
}
