namespace Creel.Conformance.Stores;

// One subclass an adapter and suite.
public sealed class SqliteTaskStore : TaskStoreConformance
{
    protected override Task<StoreUnderTest> OpenAsync() => SqliteUnderTest.OpenAsync();
}

public sealed class SqliteTaskModel : TaskModelConformance
{
    protected override Task<StoreUnderTest> OpenAsync() => SqliteUnderTest.OpenAsync();
}

public sealed class SqliteDeadLetters : DeadLetterConformance
{
    protected override Task<StoreUnderTest> OpenAsync() => SqliteUnderTest.OpenAsync();
}

public sealed class SqliteRegistries : RegistryConformance
{
    protected override Task<StoreUnderTest> OpenAsync() => SqliteUnderTest.OpenAsync();
}

public sealed class SqliteAuditLog : AuditLogConformance
{
    protected override Task<StoreUnderTest> OpenAsync() => SqliteUnderTest.OpenAsync();
}

public sealed class SqliteMessages : MessageStoreConformance
{
    protected override Task<StoreUnderTest> OpenAsync() => SqliteUnderTest.OpenAsync();
}

public sealed class SqlitePairings : PairingStoreConformance
{
    protected override Task<StoreUnderTest> OpenAsync() => SqliteUnderTest.OpenAsync();
}

public sealed class SqliteSessions : SessionStoreConformance
{
    protected override Task<StoreUnderTest> OpenAsync() => SqliteUnderTest.OpenAsync();
}
