using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Microsoft.Data.Sqlite;

namespace Creel.Proxy.Ledger;

/// <summary>Looks things up in the book, on a thread of its own: a slow disk holds up nobody but who asks.</summary>
internal sealed class BookReader : IAsyncDisposable
{
    private readonly BlockingCollection<Action> work = [];
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string path;
    private SqliteConnection? connection;

    public BookReader(string path)
    {
        this.path = path;
        new Thread(Loop) { IsBackground = true, Name = "creel-book-reader" }.Start();
    }

    /// <summary>What was settled since the beginning of this hour, for one group or for all.</summary>
    public Task<Money> SpentSinceAsync(PurseId purse, DateTimeOffset since) =>
        DoAsync(command =>
        {
            command.CommandText = "SELECT coalesce(sum(settled), 0) FROM sums WHERE hour >= @hour AND (@all OR grp = @group)";
            command.Parameters.AddWithValue("@hour", Hour(since));
            command.Parameters.AddWithValue("@all", purse.Group is null ? 1 : 0);
            command.Parameters.AddWithValue("@group", purse.Key);
            return new Money((long)command.ExecuteScalar()!);
        });

    /// <summary>The sums since the beginning of this hour, of one group or of all, in the order of time.</summary>
    public Task<IReadOnlyList<SpendSum>> SumsAsync(DateTimeOffset since, GroupId? group = null) =>
        DoAsync<IReadOnlyList<SpendSum>>(command =>
        {
            command.CommandText = "SELECT * FROM sums WHERE hour >= @hour AND (@group IS NULL OR grp = @group)";
            command.Parameters.AddWithValue("@hour", Hour(since));
            command.Parameters.AddWithValue("@group", (object?)group?.Value ?? DBNull.Value);
            using var rows = command.ExecuteReader();
            var sums = new List<SpendSum>();
            while (rows.Read())
            {
                sums.Add(
                    new SpendSum(
                        DateTimeOffset.FromUnixTimeSeconds(rows.GetInt64(0) * 3600),
                        rows.GetString(1),
                        rows.GetString(2),
                        rows.GetString(3),
                        rows.GetString(4),
                        rows.GetInt64(5),
                        rows.GetInt64(6),
                        new Money(rows.GetInt64(7)),
                        rows.GetInt64(8),
                        rows.GetInt64(9),
                        rows.GetInt64(10),
                        rows.GetInt64(11)
                    )
                );
            }

            return sums;
        });

    /// <summary>A call by its id; null where there is none, or it was forgotten.</summary>
    public Task<CallRecord?> FindAsync(string call) =>
        DoAsync(command =>
        {
            if (!long.TryParse(call, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
            {
                return null;
            }

            command.CommandText = "SELECT last, calls FROM pages WHERE low <= @id AND high >= @id";
            command.Parameters.AddWithValue("@id", id);
            return Pages(command).SelectMany(page => page.Calls).FirstOrDefault(c => c.Id == call);
        });

    /// <summary>The calls that ended after the one with this number (null: the newest), in that of their numbers.</summary>
    public Task<CallPage> CallsAsync(GroupId? group = null, bool refusedOnly = false, long? after = null, int limit = 100) =>
        DoAsync(command =>
        {
            var order = after is null ? "DESC" : "ASC";
            command.CommandText =
                $"SELECT last, calls FROM pages WHERE last > @after AND refused >= @refused "
                + $"AND (@group IS NULL OR grp IN (@group, '')) ORDER BY last {order}";
            command.Parameters.AddWithValue("@after", after ?? 0);
            command.Parameters.AddWithValue("@group", (object?)group?.Value ?? DBNull.Value);
            command.Parameters.AddWithValue("@refused", refusedOnly ? 1 : 0);
            var numbered = Pages(command)
                .SelectMany(page =>
                {
                    var first = page.Last - page.Calls.Count + 1;
                    var calls = page.Calls.Select((call, i) => (Number: first + i, Call: call));
                    return after is null ? calls.Reverse() : calls;
                })
                .Where(c => c.Number > (after ?? 0))
                .Where(c => group is null || c.Call.Group == group.Value.Value)
                .Where(c => !refusedOnly || c.Call.Outcome == CallOutcome.Refused)
                .Take(limit)
                .OrderBy(c => c.Number)
                .ToArray();
            return new CallPage([.. numbered.Select(c => c.Call)], numbered is [.., var last] ? last.Number : after ?? 0);
        });

    /// <summary>Models that were asked for without a price, and how often, in the calls that are still kept.</summary>
    public Task<IReadOnlyList<UnpricedModel>> UnpricedAsync() =>
        DoAsync<IReadOnlyList<UnpricedModel>>(command =>
        {
            command.CommandText = "SELECT last, calls FROM pages";
            return
            [
                .. Pages(command)
                    .SelectMany(page => page.Calls)
                    .Where(call => call is { Prices: null, Model: not null })
                    .GroupBy(call => (call.Upstream, Model: call.Model!))
                    .Select(same => new UnpricedModel(same.Key.Upstream, same.Key.Model, same.Count()))
                    .OrderByDescending(model => model.Calls)
                    .ThenBy(model => model.Model, StringComparer.Ordinal),
            ];
        });

    public async ValueTask DisposeAsync()
    {
        work.CompleteAdding();
        await ended.Task.ConfigureAwait(false);
        work.Dispose();
    }

    private static long Hour(DateTimeOffset time) => time.ToUnixTimeSeconds() / 3600;

    private static IEnumerable<(long Last, IReadOnlyList<CallRecord> Calls)> Pages(SqliteCommand command)
    {
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            yield return (rows.GetInt64(0), JsonSerializer.Deserialize((byte[])rows[1], BookJson.Default.CallRecordArray)!);
        }
    }

    private Task<T> DoAsync<T>(Func<SqliteCommand, T> read)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                connection ??= BookFile.Connect(path, SqliteOpenMode.ReadWrite);
                using var command = connection.CreateCommand();
                done.SetResult(read(command));
            }
            catch (SqliteException e)
            {
                var fault = Fault.Unavailable(
                    "ledger-read",
                    $"The book {path} can't be read (SQLite code {e.SqliteExtendedErrorCode})"
                );
                done.SetException(new CreelException(fault, e));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    private void Loop()
    {
        foreach (var one in work.GetConsumingEnumerable())
        {
            one();
        }

        connection?.Dispose();
        ended.SetResult();
    }
}
