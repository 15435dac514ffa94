using System.Text.Json;
using Creel.Core.Channels;

namespace Creel.Adapters.Sqlite;

/// <summary>The messages of one database that are on their way, in and out.</summary>
internal sealed class MessageTable(Writer writer, ReadPool readers) : IMessageStore
{
    public async ValueTask<IReadOnlyList<InboundTurn>> KeepAsync(
        IReadOnlyList<InboundTurn> turns,
        ReadMark? mark,
        CancellationToken cancel = default
    ) =>
        turns.Count == 0 && mark is null
            ? []
            : await writer.DoAsync(s => MessageWrites.Keep(s.Connection, turns, mark), cancel).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<InboundTurn>> OpenAsync(CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<InboundTurn>>(
            c =>
            {
                var rows = c["SELECT body FROM inbound WHERE done = 0 ORDER BY seq"];
                var open = new List<InboundTurn>();
                while (rows.Next())
                {
                    open.Add(JsonSerializer.Deserialize(rows.Blob(0), ChannelsJson.Default.InboundTurn)!);
                }

                return open;
            },
            cancel
        );

    public ValueTask<IReadOnlyList<OutboundPiece>> DoneAsync(
        string runId,
        IReadOnlyList<OutboundPiece> answer,
        CancellationToken cancel = default
    ) => writer.DoAsync(s => MessageWrites.Done(s.Connection, runId, answer), cancel);

    public ValueTask<IReadOnlyList<OutboundPiece>> PostAsync(
        IReadOnlyList<OutboundPiece> pieces,
        CancellationToken cancel = default
    ) => writer.DoAsync(s => MessageWrites.Post(s.Connection, pieces), cancel);

    public ValueTask<IReadOnlyList<OutboundPiece>> WaitingAsync(CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<OutboundPiece>>(
            c =>
            {
                var rows = c["SELECT seq, channel, account, body FROM outbound ORDER BY seq"];
                var waiting = new List<OutboundPiece>();
                while (rows.Next())
                {
                    var message = JsonSerializer.Deserialize(rows.Blob(3), ChannelsJson.Default.OutboundMessage)!;
                    waiting.Add(new OutboundPiece(rows.Number(0), new ChannelAccount(rows.Text(1), rows.Text(2)), message));
                }

                return waiting;
            },
            cancel
        );

    public async ValueTask GoneAsync(long sequence, CancellationToken cancel = default) =>
        await writer
            .DoAsync(s => s.Connection["DELETE FROM outbound WHERE seq = ?"].Bind(sequence).Run(), cancel)
            .ConfigureAwait(false);

    public ValueTask<string?> MarkAsync(string name, CancellationToken cancel = default) =>
        readers.DoAsync(
            c =>
            {
                var row = c["SELECT value FROM channel_marks WHERE name = ?"].Bind(name);
                var value = row.Next() ? row.Text(0) : null;
                row.Close();
                return value;
            },
            cancel
        );
}
