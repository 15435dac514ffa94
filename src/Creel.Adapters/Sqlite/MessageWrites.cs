using System.Text.Json;
using Creel.Core.Channels;

namespace Creel.Adapters.Sqlite;

/// <summary>Keeps and ends messages, on the writer's thread.</summary>
internal static class MessageWrites
{
    /// <summary>So many that are done stay known by their ids, against messengers that send one again.</summary>
    private const int Remembered = 100_000;

    public static IReadOnlyList<InboundTurn> Keep(Connection connection, IReadOnlyList<InboundTurn> turns, ReadMark? mark)
    {
        var fresh = new List<InboundTurn>();
        foreach (var message in turns.DistinctBy(t => t.RunId).GroupBy(t => (t.Account, t.MessageId)))
        {
            if (Knows(connection, message.Key.Account, message.Key.MessageId))
            {
                continue;
            }

            foreach (var turn in message)
            {
                connection["INSERT INTO inbound(channel, account, message, run, done, body) VALUES(?, ?, ?, ?, 0, ?)"]
                    .Bind(turn.Account.Channel)
                    .Bind(turn.Account.Account)
                    .Bind(turn.MessageId)
                    .Bind(turn.RunId)
                    .Bind(JsonSerializer.SerializeToUtf8Bytes(turn, ChannelsJson.Default.InboundTurn))
                    .Run();
                fresh.Add(turn);
            }
        }

        if (mark is not null)
        {
            connection["INSERT OR REPLACE INTO channel_marks(name, value) VALUES(?, ?)"].Bind(mark.Name).Bind(mark.Value).Run();
        }

        if (fresh.Count > 0)
        {
            connection["DELETE FROM inbound WHERE done = 1 AND seq <= (SELECT max(seq) FROM inbound) - ?"].Bind(Remembered).Run();
        }

        return fresh;
    }

    public static IReadOnlyList<OutboundPiece> Done(Connection connection, string run, IReadOnlyList<OutboundPiece> answer) =>
        connection["UPDATE inbound SET done = 1, body = NULL WHERE run = ? AND done = 0"].Bind(run).Run() == 0
            ? []
            : Post(connection, answer);

    public static IReadOnlyList<OutboundPiece> Post(Connection connection, IReadOnlyList<OutboundPiece> pieces)
    {
        var posted = new List<OutboundPiece>(pieces.Count);
        foreach (var piece in pieces)
        {
            var row = connection["INSERT INTO outbound(channel, account, body) VALUES(?, ?, ?) RETURNING seq"]
                .Bind(piece.Account.Channel)
                .Bind(piece.Account.Account)
                .Bind(JsonSerializer.SerializeToUtf8Bytes(piece.Message, ChannelsJson.Default.OutboundMessage));
            row.Next();
            posted.Add(piece with { Sequence = row.Number(0) });
            row.Close();
        }

        return posted;
    }

    private static bool Knows(Connection connection, ChannelAccount account, string message)
    {
        var row = connection["SELECT 1 FROM inbound WHERE channel = ? AND account = ? AND message = ? LIMIT 1"]
            .Bind(account.Channel)
            .Bind(account.Account)
            .Bind(message);
        var known = row.Next();
        row.Close();
        return known;
    }
}
