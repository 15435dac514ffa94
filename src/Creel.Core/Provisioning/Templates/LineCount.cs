namespace Creel.Core.Provisioning.Templates;

/// <summary>From offsets to lines and columns; quick where they are asked for in order.</summary>
internal sealed class LineCount(string text)
{
    private int offset;
    private int line = 1;
    private int start;

    public Mark At(int wanted)
    {
        if (wanted < offset)
        {
            (offset, line, start) = (0, 1, 0);
        }

        for (; offset < wanted; offset++)
        {
            if (text[offset] == '\n')
            {
                (line, start) = (line + 1, offset + 1);
            }
        }

        return new Mark(line, wanted - start + 1);
    }
}
