namespace Creel.Proxy.Dialects;

/// <summary>What reads the data of server-sent events.</summary>
internal interface IEventSink
{
    /// <summary>The next slice of the event's data; lines are joined by a line feed.</summary>
    void Data(ReadOnlySpan<byte> slice);

    /// <summary>The event is whole. An event without data is none.</summary>
    void EndEvent();
}

/// <summary>
/// Splits a stream into server-sent events, in slices of any size: lines end with LF, CR or both; comments and unknown fields
/// are passed over; nothing is kept but where in a line it is. Rule: WHATWG HTML, section 9.2.6.
/// </summary>
internal sealed class EventReader(IEventSink sink)
{
    private static ReadOnlySpan<byte> Name => "data"u8;

    private Place place = Place.Bom;
    private int nameLength;
    private bool hasData;
    private bool afterReturn;

    private enum Place
    {
        Bom,
        Name,
        AfterColon,
        Data,
        Ignored,
    }

    /// <summary>
    /// Reads on, at most to the end of an event; answers how many bytes were read, and whether an event ended with them.
    /// </summary>
    public (int Read, bool Ended) Feed(ReadOnlySpan<byte> slice)
    {
        for (var i = 0; i < slice.Length; )
        {
            var c = slice[i];
            if (afterReturn)
            {
                afterReturn = false;
                if (c == '\n')
                {
                    i++;
                    continue;
                }
            }

            if (c is (byte)'\r' or (byte)'\n')
            {
                i++;
                afterReturn = c == '\r';
                if (EndLine())
                {
                    // The second half of the line's end belongs to the event, where it is here already.
                    if (afterReturn && i < slice.Length && slice[i] == '\n')
                    {
                        i++;
                        afterReturn = false;
                    }

                    return (i, true);
                }

                continue;
            }

            i += Step(slice[i..]);
        }

        return (slice.Length, false);
    }

    /// <summary>
    /// The stream is over: an event that only lacks the empty line behind it counts as whole. Answers whether there was one.
    /// </summary>
    public bool End()
    {
        if (!hasData)
        {
            return false;
        }

        hasData = false;
        sink.EndEvent();
        return true;
    }

    private int Step(ReadOnlySpan<byte> rest)
    {
        switch (place)
        {
            case Place.Bom:
                // The three bytes of a byte order mark, one by one; anything else begins a name.
                if (nameLength < 3 && rest[0] == "\uFEFF"u8[nameLength])
                {
                    nameLength++;
                    return 1;
                }

                (place, nameLength) = (Place.Name, 0);
                return 0;
            case Place.Name when rest[0] == ':':
                place = nameLength == Name.Length ? Place.AfterColon : Place.Ignored;
                return 1;
            case Place.Name:
                if (nameLength < Name.Length && rest[0] == Name[nameLength])
                {
                    nameLength++;
                }
                else
                {
                    place = Place.Ignored;
                }

                return 1;
            case Place.AfterColon:
                BeginData();
                return rest[0] == ' ' ? 1 : 0;
            default:
                var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
                var part = end < 0 ? rest : rest[..end];
                if (place == Place.Data)
                {
                    sink.Data(part);
                }

                return part.Length;
        }
    }

    private void BeginData()
    {
        if (hasData)
        {
            sink.Data("\n"u8);
        }

        (hasData, place) = (true, Place.Data);
    }

    /// <summary>True where the line was empty and an event with data ends with it.</summary>
    private bool EndLine()
    {
        var wasEmpty = place is Place.Name or Place.Bom && nameLength == 0;
        if (place == Place.AfterColon || (place == Place.Name && nameLength == Name.Length))
        {
            BeginData();
        }

        (place, nameLength) = (Place.Name, 0);
        if (!wasEmpty || !hasData)
        {
            return false;
        }

        hasData = false;
        sink.EndEvent();
        return true;
    }
}
