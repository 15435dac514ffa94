using Microsoft.Data.Sqlite;

namespace Creel.Proxy.Ledger;

/// <summary>
/// How many calls of each group are kept one by one. When there are too many, the oldest go of the group that has most: one that
/// calls all the time covers up nothing of the others. For the book's one writer, within its transactions.
/// </summary>
internal sealed class PageShelves : IDisposable
{
    private readonly SqliteCommand oldest;
    private readonly SqliteCommand forget;
    private Dictionary<string, long> counts = new(StringComparer.Ordinal);
    private Dictionary<string, long> next;

    public PageShelves(SqliteConnection connection)
    {
        oldest = Command(connection, "SELECT last, count FROM pages WHERE grp = @a ORDER BY last LIMIT 1");
        forget = Command(connection, "DELETE FROM pages WHERE last = @a");
        using var all = connection.CreateCommand();
        all.CommandText = "SELECT grp, sum(count) FROM pages GROUP BY grp";
        using var rows = all.ExecuteReader();
        while (rows.Read())
        {
            counts[rows.GetString(0)] = rows.GetInt64(1);
        }

        next = new(counts, StringComparer.Ordinal);
    }

    public void Add(string group, int calls) => next[group] = next.GetValueOrDefault(group) + calls;

    /// <summary>Forgets whole pages, as long as so many calls are left.</summary>
    public void Keep(int calls)
    {
        var total = next.Values.Sum();
        while (total > calls)
        {
            var most = next.MaxBy(one => one.Value).Key;
            var (last, count) = Oldest(most);
            if (total - count < calls)
            {
                return;
            }

            forget.Parameters[0].Value = last;
            forget.ExecuteNonQuery();
            total -= count;
            if ((next[most] -= count) == 0)
            {
                next.Remove(most);
            }
        }
    }

    /// <summary>The transaction is on disk.</summary>
    public void Kept() => counts = new(next, StringComparer.Ordinal);

    /// <summary>It is not.</summary>
    public void Undo() => next = new(counts, StringComparer.Ordinal);

    public void Dispose()
    {
        oldest.Dispose();
        forget.Dispose();
    }

    private (long Last, long Count) Oldest(string group)
    {
        oldest.Parameters[0].Value = group;
        using var rows = oldest.ExecuteReader();
        rows.Read();
        return (rows.GetInt64(0), rows.GetInt64(1));
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add(new SqliteParameter { ParameterName = "@a" });
        return command;
    }
}
