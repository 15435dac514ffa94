using System.Globalization;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.OpenClaw;

/// <summary>Conversations in OpenClaw's format, in the state folders of cells: <c>agents/&lt;id&gt;/sessions</c>.</summary>
/// <param name="place">Where an agent's files are; null: there is no such agent.</param>
public sealed class CellTranscripts(Func<AgentId, AgentPlace?> place) : ITranscripts
{
    private const int LongestIndex = 16 * 1024 * 1024;
    private const string IndexName = "sessions.json";

    public IReadOnlyList<SessionEntry> Index(AgentId agent, Action<string> trouble)
    {
        try
        {
            using var tree = Open(agent);
            using var file = tree?.Read(IndexName);
            if (file is null)
            {
                return [];
            }

            var size = RandomAccess.GetLength(file);
            if (size > LongestIndex)
            {
                trouble($"the sessions of agent '{agent}' are not taken up: {IndexName} is longer than 16 MiB");
                return [];
            }

            var bytes = new byte[size];
            var read = Fill(file, bytes, 0);
            return SessionIndexReader.Read(agent, bytes.AsSpan(0, read), trouble);
        }
        catch (CreelException e)
        {
            trouble($"the sessions of agent '{agent}' are not taken up: {e.Fault.Message}");
            return [];
        }
    }

    public TranscriptPart Tail(AgentId agent, string sessionId, int limit, int most)
    {
        using var tree = Open(agent);
        using var file = tree?.Read($"{sessionId}.jsonl");
        return file is null
            ? TranscriptPart.Empty
            : TranscriptTail.Read(RandomAccess.GetLength(file), (at, into) => Fill(file, into, at), limit, most);
    }

    public IReadOnlyList<string> PutAside(AgentId agent, string sessionId, string reason, DateTimeOffset at)
    {
        using var tree = Open(agent);
        var name = $"{sessionId}.jsonl";
        var stamp = at.UtcDateTime.ToString("yyyy-MM-ddTHH-mm-ss.fffZ", CultureInfo.InvariantCulture);
        var aside = $"{name}.{reason}.{stamp}";
        return tree?.Rename(name, aside) == true ? [aside] : [];
    }

    private CellTree? Open(AgentId agent) =>
        place(agent) is { } own ? CellTree.Open(own.State, $"agents/{agent}/sessions") : null;

    private static int Fill(SafeFileHandle file, Span<byte> into, long at)
    {
        var read = 0;
        while (read < into.Length && RandomAccess.Read(file, into[read..], at + read) is > 0 and var more)
        {
            read += more;
        }

        return read;
    }
}
