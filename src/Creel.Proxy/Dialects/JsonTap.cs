using System.Text;

namespace Creel.Proxy.Dialects;

/// <summary>
/// Takes the values of a few known keys out of a JSON text that comes in slices, without keeping the rest of it: an answer may
/// be megabytes long, and a thousand of them come at once. It is no validator; whether the text was JSON at all shows in
/// <see cref="IsComplete"/> and in what was taken out.
/// </summary>
internal sealed class JsonTap
{
    private const int MaxDepth = 64;
    private const int LongestKey = 32;

    private readonly byte[][][] paths;
    private readonly TapValue[] values;
    private readonly byte[] key = new byte[LongestKey];

    /// <summary>For each object that is open, the paths that lead into it; none for an array.</summary>
    private readonly int[] open = new int[MaxDepth + 1];
    private ulong objects;
    private int depth;
    private int keyLength;

    /// <summary>The paths on which the value is that comes next.</summary>
    private int matched;
    private int taking;
    private int takingDepth;
    private int takenFrom;
    private State state;
    private bool escaped;

    /// <param name="limit">The longest value that is taken, in bytes.</param>
    public JsonTap(int limit, TapPaths paths)
    {
        this.paths = paths.Keys;
        values = new TapValue[this.paths.Length];
        for (var p = 0; p < values.Length; p++)
        {
            values[p] = new TapValue(limit);
        }

        Reset();
    }

    private enum State
    {
        /// <summary>A value may begin, or an array may end.</summary>
        Value,

        /// <summary>A key may begin, or an object may end.</summary>
        Key,
        InKey,
        AfterKey,
        InText,
        InLiteral,
        AfterValue,
        Broken,
    }

    /// <summary>One whole object or array was there, and nothing behind it but white space.</summary>
    public bool IsComplete => depth == 0 && state == State.AfterValue;

    /// <summary>The value of a path, as it stands there; empty where there was none, or too long a one.</summary>
    public ReadOnlySpan<byte> this[int path] => values[path].Taken;

    private bool IsObject => (objects & (1UL << (depth - 1))) != 0;

    /// <summary>Makes it ready for another text.</summary>
    public void Reset()
    {
        (objects, depth, taking, state, escaped) = (0, 0, -1, State.Value, false);
        matched = (1 << paths.Length) - 1;
        foreach (var value in values)
        {
            value.Begin();
        }
    }

    public void Feed(ReadOnlySpan<byte> slice)
    {
        takenFrom = 0;
        for (var i = 0; i < slice.Length && state != State.Broken; i++)
        {
            if (state == State.InText && !escaped)
            {
                // Most of an answer is text: on to where it may end.
                var skip = slice[i..].IndexOfAny((byte)'"', (byte)'\\');
                if (skip < 0)
                {
                    break;
                }

                i += skip;
            }

            Step(slice, i);
        }

        if (taking >= 0)
        {
            values[taking].Add(slice[takenFrom..]);
        }
    }

    private void Step(ReadOnlySpan<byte> slice, int i)
    {
        var c = slice[i];
        switch (state)
        {
            case State.InText or State.InKey when escaped:
                escaped = false;
                break;
            case State.InText when c == '"':
                EndValue(slice[..(i + 1)]);
                break;
            case State.InText:
                escaped = c == '\\';
                break;
            case State.InKey:
                StepKey(c);
                break;
            case State.InLiteral when !IsDelimiter(c):
                break;
            case State.InLiteral:
                EndValue(slice[..i]);
                StepStructure(slice, i);
                break;
            default:
                StepStructure(slice, i);
                break;
        }
    }

    private static bool IsDelimiter(byte c) => c is (byte)',' or (byte)']' or (byte)'}' || IsSpace(c);

    private static bool IsSpace(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private void StepKey(byte c)
    {
        if (c == '"')
        {
            state = State.AfterKey;
            matched = Match();
            return;
        }

        escaped = c == '\\';
        if (escaped || keyLength >= LongestKey)
        {
            // None that we look for: ours are short and plain.
            keyLength = int.MaxValue;
            return;
        }

        key[keyLength++] = c;
    }

    private void StepStructure(ReadOnlySpan<byte> slice, int i)
    {
        var c = (char)slice[i];
        switch (state)
        {
            case var _ when IsSpace(slice[i]):
                break;
            case State.Value when c is '{' or '[':
                BeginValue(i);
                Push(c == '{');
                break;
            case State.Value when c == '"':
                BeginValue(i);
                state = State.InText;
                break;
            case State.AfterValue or State.Key when c == '}' && depth > 0 && IsObject:
            case State.AfterValue or State.Value when c == ']' && depth > 0 && !IsObject:
                depth--;
                EndValue(slice[..(i + 1)]);
                break;
            case State.Value when c is not (',' or ':' or '}' or ']'):
                BeginValue(i);
                state = State.InLiteral;
                break;
            case State.Key when c == '"':
                state = State.InKey;
                keyLength = 0;
                break;
            case State.AfterKey when c == ':':
                state = State.Value;
                break;
            case State.AfterValue when c == ',' && depth > 0:
                state = IsObject ? State.Key : State.Value;
                break;
            default:
                state = State.Broken;
                break;
        }
    }

    private void Push(bool isObject)
    {
        if (depth == MaxDepth)
        {
            state = State.Broken;
            return;
        }

        // Paths lead through objects alone.
        objects = isObject ? objects | (1UL << depth) : objects & ~(1UL << depth);
        depth++;
        open[depth] = isObject ? matched : 0;
        matched = 0;
        state = isObject ? State.Key : State.Value;
    }

    private int Match()
    {
        var found = 0;
        for (var p = 0; p < paths.Length && keyLength <= LongestKey; p++)
        {
            var isOpen = (open[depth] & (1 << p)) != 0 && paths[p].Length >= depth;
            if (isOpen && key.AsSpan(0, keyLength).SequenceEqual(paths[p][depth - 1]))
            {
                found |= 1 << p;
            }
        }

        return found;
    }

    private void BeginValue(int at)
    {
        for (var p = 0; taking < 0 && p < paths.Length; p++)
        {
            if ((matched & (1 << p)) != 0 && paths[p].Length == depth)
            {
                (taking, takingDepth, takenFrom) = (p, depth, at);
                values[p].Begin();
            }
        }
    }

    /// <param name="slice">Up to the value's last byte.</param>
    private void EndValue(ReadOnlySpan<byte> slice)
    {
        if (taking >= 0 && depth == takingDepth)
        {
            values[taking].Add(slice[takenFrom..]);
            values[taking].End();
            taking = -1;
        }

        matched = 0;
        state = State.AfterValue;
    }
}

/// <summary>
/// Which values are taken: keys from the outermost object inwards, as <c>message.usage</c>; none may begin with another.
/// </summary>
internal sealed class TapPaths(params string[] paths)
{
    public byte[][][] Keys { get; } = [.. paths.Select(path => path.Split('.').Select(Encoding.UTF8.GetBytes).ToArray())];
}

/// <summary>A value while it is taken, up to a limit.</summary>
internal sealed class TapValue(int limit)
{
    private byte[] bytes = [];
    private int length;
    private bool ended;

    public ReadOnlySpan<byte> Taken => ended && length <= limit ? bytes.AsSpan(0, length) : [];

    public void Begin() => (length, ended) = (0, false);

    public void End() => ended = true;

    public void Add(ReadOnlySpan<byte> more)
    {
        if (length + more.Length > limit)
        {
            length = limit + 1;
            return;
        }

        if (length + more.Length > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Min(limit, Math.Max(256, 2 * (length + more.Length))));
        }

        more.CopyTo(bytes.AsSpan(length));
        length += more.Length;
    }
}
