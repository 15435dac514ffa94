using Creel.Adapters.Sqlite;
using Creel.Core.Audit;
using Creel.Core.Channels;
using Creel.Core.Isolation;
using Creel.Core.Sessions;
using Creel.Core.Work;

namespace Creel.Conformance.Stores;

/// <summary>A SQLite store in a folder of its own.</summary>
internal sealed class SqliteUnderTest : StoreUnderTest
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-store-").FullName;
    private SqliteStore store = null!;

    public override ITaskStore Tasks => store.Tasks;

    public override IDeadLetters Letters => store.Letters;

    public override IAgentRegistry Agents => store.Agents;

    public override ICellStore Cells => store.Cells;

    public override IAuditLog Audit => store.Audit;

    public override IMessageStore Messages => store.Messages;

    public override IPairingStore Pairings => store.Pairings;

    public override ISessionStore Sessions => store.Sessions;

    public static async Task<StoreUnderTest> OpenAsync()
    {
        var made = new SqliteUnderTest();
        made.store = await SqliteStore.OpenAsync(Path.Combine(made.folder, "creel.db"));
        return made;
    }

    public override async Task ReopenAsync()
    {
        await store.DisposeAsync();
        store = await SqliteStore.OpenAsync(Path.Combine(folder, "creel.db"));
    }

    public override async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
