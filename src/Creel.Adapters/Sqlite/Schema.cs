using Creel.Core;

namespace Creel.Adapters.Sqlite;

/// <summary>
/// The tables, as a list of scripts: a database of version n has had the first n of them, and gets the others at opening.
/// </summary>
internal static class Schema
{
    /// <summary>
    /// Never edited once released, only added to. Times are Unix milliseconds; task states are the numbers of the enum.
    /// </summary>
    private static readonly string[] Scripts =
    [
        """
            CREATE TABLE tasks(
                seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, agent TEXT NOT NULL, state INTEGER NOT NULL,
                epoch INTEGER, journal TEXT, attempts INTEGER NOT NULL,
                created INTEGER NOT NULL, expires INTEGER NOT NULL, sent INTEGER, started INTEGER, finished INTEGER,
                retry INTEGER NOT NULL, type TEXT NOT NULL, sender TEXT NOT NULL, reason TEXT,
                payload BLOB NOT NULL, result BLOB) STRICT;
            CREATE INDEX tasks_by_state ON tasks(state, agent);
            CREATE INDEX tasks_waiting ON tasks(expires) WHERE state = 0;

            CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            INSERT INTO counters VALUES('epoch', 0);

            CREATE TABLE dead_letters(
                seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent TEXT NOT NULL, task BLOB,
                message BLOB NOT NULL, error TEXT NOT NULL, at INTEGER NOT NULL) STRICT;

            CREATE TABLE agents(
                id TEXT PRIMARY KEY, metadata BLOB NOT NULL, registered INTEGER NOT NULL,
                declared INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE tokens(
                hash BLOB PRIMARY KEY, kind INTEGER NOT NULL, agent TEXT, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE INDEX tokens_by_agent ON tokens(agent);

            CREATE TABLE cells(
                id TEXT PRIMARY KEY, groupid TEXT NOT NULL, driver TEXT NOT NULL, revision TEXT NOT NULL, userindex INTEGER NOT NULL,
                handledriver TEXT, handle TEXT, stopped INTEGER NOT NULL) STRICT, WITHOUT ROWID;

            CREATE TABLE audit(
                seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
                outcome TEXT NOT NULL, detail TEXT, hash BLOB NOT NULL) STRICT;
            -- The newest link once more: rows that are cut off at the end, or added there by somebody else, show.
            CREATE TABLE audit_head(only INTEGER PRIMARY KEY CHECK(only = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
            INSERT INTO audit_head VALUES(1, 0, zeroblob(32));
            CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
            CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
            -- INSERT OR REPLACE deletes without asking the trigger above.
            CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN NEW.seq <= (SELECT max(seq) FROM audit)
                BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
            """,
        "ALTER TABLE tasks ADD COLUMN cancelled INTEGER",
        """
            CREATE TABLE sessions(
                key TEXT PRIMARY KEY, agent TEXT NOT NULL, session TEXT NOT NULL, updated INTEGER NOT NULL,
                revision INTEGER NOT NULL, gone INTEGER NOT NULL, more TEXT NOT NULL) STRICT, WITHOUT ROWID;
            -- The row's number is the order in which turns were accepted, over restarts too.
            CREATE TABLE turns(
                seq INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL UNIQUE, agent TEXT NOT NULL, key TEXT NOT NULL,
                request TEXT, state INTEGER NOT NULL, task BLOB, session TEXT, into_run TEXT, brief INTEGER NOT NULL, abort_by TEXT,
                accepted INTEGER NOT NULL, started INTEGER, ended INTEGER, said TEXT, error TEXT) STRICT;
            CREATE INDEX turns_open ON turns(seq) WHERE ended IS NULL;
            CREATE INDEX turns_ended ON turns(ended) WHERE ended IS NOT NULL;
            """,
        """
            CREATE TABLE inbound(
                seq INTEGER PRIMARY KEY, channel TEXT NOT NULL, account TEXT NOT NULL, message TEXT NOT NULL,
                run TEXT NOT NULL UNIQUE, done INTEGER NOT NULL, body BLOB) STRICT;
            CREATE INDEX inbound_by_message ON inbound(channel, account, message);
            CREATE INDEX inbound_open ON inbound(seq) WHERE done = 0;
            -- A number is never given again: what is told to be gone must not be another message.
            CREATE TABLE outbound(
                seq INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, account TEXT NOT NULL, body BLOB NOT NULL) STRICT;
            CREATE TABLE channel_marks(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE pairing_waiting(
                channel TEXT NOT NULL, account TEXT NOT NULL, sender TEXT NOT NULL, name TEXT, code TEXT NOT NULL,
                created INTEGER NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY(channel, account, sender)) STRICT, WITHOUT ROWID;
            CREATE TABLE paired(
                channel TEXT NOT NULL, account TEXT NOT NULL, sender TEXT NOT NULL, at INTEGER NOT NULL,
                PRIMARY KEY(channel, account, sender)) STRICT, WITHOUT ROWID;
            """,
        "CREATE TABLE devices(id TEXT PRIMARY KEY, paired INTEGER NOT NULL, more TEXT NOT NULL) STRICT, WITHOUT ROWID",
        // Of a token that another one takes the place of: that one's hash.
        "ALTER TABLE tokens ADD COLUMN heir BLOB",
        "CREATE TABLE check_ins(agent TEXT PRIMARY KEY, more TEXT NOT NULL) STRICT, WITHOUT ROWID",
        // Our own gateway has the empty name.
        "CREATE TABLE provisioned(gateway TEXT NOT NULL, id TEXT NOT NULL, more TEXT NOT NULL, PRIMARY KEY(gateway, id)) STRICT, WITHOUT ROWID",
        // Of an agent elsewhere: where it lives. Those from before have none, and get that of their first use.
        "ALTER TABLE tokens ADD COLUMN gateway TEXT",
        // An agent of that name at another gateway is another one. Our own gateway has the empty name.
        """
            ALTER TABLE check_ins RENAME TO check_ins_of_names;
            CREATE TABLE check_ins(
                gateway TEXT NOT NULL, agent TEXT NOT NULL, more TEXT NOT NULL, PRIMARY KEY(gateway, agent)) STRICT, WITHOUT ROWID;
            INSERT INTO check_ins SELECT coalesce(json_extract(more, '$.Order.Gateway'), ''), agent, more FROM check_ins_of_names;
            DROP TABLE check_ins_of_names;
            """,
    ];

    public static int Version => Scripts.Length;

    /// <exception cref="CreelException">The database is of a newer version than this program knows.</exception>
    public static void RefuseNewer(Connection connection, string file)
    {
        var found = Number(connection, "PRAGMA user_version");
        if (found > Version)
        {
            throw new CreelException(
                Fault.Conflict(
                    "store-newer",
                    $"The database {file} has version {found}; this creel knows versions up to {Version}",
                    "Run the newer creel that wrote it, or point CREEL_HOME elsewhere"
                )
            );
        }
    }

    public static void Migrate(Connection connection)
    {
        for (var version = (int)Number(connection, "PRAGMA user_version"); version < Version; version++)
        {
            try
            {
                connection.Execute($"BEGIN IMMEDIATE; {Scripts[version]}; PRAGMA user_version = {version + 1}; COMMIT");
            }
            catch
            {
                connection.Rollback();
                throw;
            }
        }
    }

    private static long Number(Connection connection, string sql)
    {
        var statement = connection[sql];
        statement.Next();
        var number = statement.Number(0);
        statement.Close();
        return number;
    }
}
