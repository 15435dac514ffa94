using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Tests.Sqlite;

/// <summary>A folder for one database, and the tests' ways around the store.</summary>
internal sealed class StoreFolder : IDisposable
{
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    public static readonly AgentId Homer = AgentId.Parse("homer");

    public string Folder { get; } = Directory.CreateTempSubdirectory("creel-store-").FullName;

    public string File => Path.Combine(Folder, "creel.db");

    public Task<SqliteStore> OpenAsync() => SqliteStore.OpenAsync(File, TimeSpan.FromMilliseconds(100));

    /// <summary>Runs SQL past the store, as somebody with the sqlite3 shell could.</summary>
    public void Run(string sql)
    {
        using var connection = Connect();
        connection.Execute(sql);
    }

    /// <summary>Undoes what the scripts after that version did, so that they are run again.</summary>
    public void GoBack(int version)
    {
        string[] undo =
        [
            "DROP TABLE provisioned",
            "ALTER TABLE tokens DROP COLUMN gateway",
            "DROP TABLE check_ins; CREATE TABLE check_ins(agent TEXT PRIMARY KEY, more TEXT NOT NULL) STRICT, WITHOUT ROWID",
        ];
        var first = Schema.Version - undo.Length;
        Run($"{string.Join("; ", undo.Skip(version - first).Reverse())}; PRAGMA user_version = {version}");
    }

    public Connection Connect() => Connection.Open(File, readOnly: false, TimeSpan.FromSeconds(5));

    public static AgentTask NewTask(int bytes = 256) =>
        new()
        {
            Id = new TaskId(Guid.CreateVersion7()),
            Agent = Homer,
            Type = "exec",
            Payload = new byte[bytes],
            From = "admin",
            CreatedAt = Start,
            ExpiresAt = Start.AddDays(1),
        };

    public static async Task<AgentTask> AddAsync(SqliteStore store, int bytes = 256)
    {
        var task = NewTask(bytes);
        (await store.Tasks.AppendAsync([new NewTask(task, null, int.MaxValue)])).ShouldBe([AppendOutcome.Accepted]);
        return task;
    }

    public static async Task<Fault> FaultOfAsync(Func<Task> act)
    {
        var fault = (await Should.ThrowAsync<CreelException>(act)).Fault;
        fault.Remedy.ShouldNotBeNullOrEmpty();
        fault.Message.ShouldContain("creel.db");
        return fault;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
