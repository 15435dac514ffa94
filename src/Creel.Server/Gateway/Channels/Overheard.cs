using System.Text;
using Creel.Core.Channels;
using Creel.Core.Routing;
using Creel.Core.Sessions;
using Creel.Core.Tools;

namespace Creel.Server.Gateway.Channels;

/// <summary>
/// What was said in rooms since the agent last spoke there, by people whom it hears: it is told with the next message that is for it. In
/// memory alone.
/// </summary>
internal sealed class Overheard
{
    private const int MostRooms = 1000;
    private const int LongestLine = 2000;

    /// <summary>Characters of a room: what more was said has been long ago.</summary>
    private const int LongestText = 16 * 1024;
    private const string Before = "[What was said here since your last answer, for context]";
    private const string Now = "[The message to answer]";

    private readonly Dictionary<(ChannelAccount, Peer), LinkedListNode<Room>> rooms = [];
    private readonly LinkedList<Room> used = new();
    private readonly Lock gate = new();

    /// <param name="by">Who said it; null: nothing is kept.</param>
    /// <param name="limit">So many messages are kept of a room.</param>
    public void Note(InboundMessage message, string said, TurnOrigin? by, int limit)
    {
        if (limit <= 0 || said.Length == 0 || by is null)
        {
            return;
        }

        lock (gate)
        {
            var lines = Of((message.Account, message.Peer)).Lines;
            if (lines.TrueForAll(line => line.Id != message.Id))
            {
                lines.Add(new Line(message.Id, OneOf(said), by));
                var size = 0;
                var fits = Enumerable.Reverse(lines).TakeWhile(line => (size += line.Text.Length) <= LongestText).Count();
                lines.RemoveRange(0, Math.Max(0, lines.Count - Math.Min(limit, fits)));
            }
        }
    }

    /// <summary>What is told with a message; it is not kept any longer.</summary>
    public IReadOnlyList<Line> Take(InboundMessage message)
    {
        lock (gate)
        {
            if (!rooms.Remove((message.Account, message.Peer), out var room))
            {
                return [];
            }

            used.Remove(room);
            return room.Value.Lines;
        }
    }

    /// <summary>The message was none, or comes once more: what would have been told is told with the next.</summary>
    public void PutBack(InboundMessage message, IReadOnlyList<Line> taken)
    {
        if (taken.Count == 0)
        {
            return;
        }

        lock (gate)
        {
            var lines = Of((message.Account, message.Peer)).Lines;
            lines.InsertRange(0, taken.Where(line => lines.TrueForAll(l => l.Id != line.Id)).ToList());
        }
    }

    /// <summary>
    /// What may be told with a message: not the words of those who are limited to less than its sender is. They would be read with his tools
    /// at hand, and could not take any of them away without being able to do so at will.
    /// </summary>
    /// <param name="rules">The agent's.</param>
    public static IReadOnlyList<Line> For(TurnOrigin sender, IReadOnlyList<Line> lines, ToolRules rules)
    {
        var own = Limits(sender);
        return [.. lines.Where(line => Limits(line.By).IsSubsetOf(own))];

        HashSet<string> Limits(TurnOrigin of) => [.. TurnBehalf.Of(of).With(rules).Limits.Select(l => l.Text)];
    }

    /// <summary>A message with what was said before it. No line of what was said can look like the message itself.</summary>
    public static string Tell(IReadOnlyList<Line> lines, string text)
    {
        if (lines.Count == 0)
        {
            return text;
        }

        var all = new StringBuilder(Before).Append('\n');
        foreach (var line in lines)
        {
            all.Append(line.Text).Append('\n');
        }

        return all.Append('\n').Append(Now).Append('\n').Append(text).ToString();
    }

    private static string OneOf(string said)
    {
        var line = string.Concat(said.Select(c => IsStrangeBreak(c) ? ' ' : c))
            .ReplaceLineEndings("\n")
            .Replace("\n", "\n  ", StringComparison.Ordinal);
        if (line.Length <= LongestLine)
        {
            return line;
        }

        var end = char.IsHighSurrogate(line[LongestLine - 1]) ? LongestLine - 1 : LongestLine;
        return line[..end] + "…";
    }

    /// <summary>What some take for the end of a line, and people do not write.</summary>
    private static bool IsStrangeBreak(char c) =>
        c is '\u000b' or '\u000c' or (>= '\u001c' and <= '\u001f') or '\u0085' or '\u2028' or '\u2029';

    private Room Of((ChannelAccount, Peer) key)
    {
        if (rooms.TryGetValue(key, out var there))
        {
            used.Remove(there);
            used.AddLast(there);
            return there.Value;
        }

        if (rooms.Count >= MostRooms)
        {
            rooms.Remove(used.First!.Value.Key);
            used.RemoveFirst();
        }

        return (rooms[key] = used.AddLast(new Room(key, []))).Value;
    }

    public sealed record Line(string Id, string Text, TurnOrigin By);

    private sealed record Room((ChannelAccount, Peer) Key, List<Line> Lines);
}
