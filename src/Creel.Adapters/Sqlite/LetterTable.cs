using Creel.Core;
using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>The dead letters of one database.</summary>
internal sealed class LetterTable(Writer writer, ReadPool readers) : IDeadLetters
{
    private const string Columns = "id, agent, task, message, error, at";

    public async ValueTask AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancel = default) =>
        await writer.DoAsync(s => LetterWrites.Add(s.Connection, letters), cancel).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<DeadLetter>>(
            c =>
            {
                var rows = c[$"SELECT {Columns} FROM dead_letters ORDER BY seq"];
                var letters = new List<DeadLetter>();
                while (rows.Next())
                {
                    letters.Add(Letter(rows));
                }

                return letters;
            },
            cancel
        );

    public ValueTask<DeadLetter?> TakeAsync(string id, CancellationToken cancel = default) =>
        writer.DoAsync(
            s =>
            {
                var row = s.Connection[$"DELETE FROM dead_letters WHERE id = ? RETURNING {Columns}"].Bind(id);
                var letter = row.Next() ? Letter(row) : null;
                row.Close();
                return letter;
            },
            cancel
        );

    public async ValueTask ClearAsync(CancellationToken cancel = default) =>
        await writer.DoAsync(s => s.Connection["DELETE FROM dead_letters"].Run(), cancel).ConfigureAwait(false);

    private static DeadLetter Letter(Statement row) =>
        new(
            row.Text(0),
            AgentId.Legacy(row.Text(1)),
            row.IsNull(2) ? null : new TaskId(row.Guid(2)),
            row.Blob(3),
            row.Text(4),
            row.Time(5)
        );
}
