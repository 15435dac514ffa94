using Creel.Core;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>
/// The row in the gateway's database that names the gateway which runs on it. A gateway that was killed leaves it behind; the
/// next one takes it over where it can see that the owner is dead, which it can't when the machine's name has changed (the cell
/// was moved to another driver): then it refuses to start for five minutes. We know more: the state folder is locked by this
/// runtime, and the gateways of the one before died with it.
/// </summary>
internal static class OwnerLease
{
    /// <summary>In what the gateway says when it refuses.</summary>
    public const string Refusal = "owner lease is still active";

    private const int Cleared = 0;

    // Deletes the row unless the process of its pid and start time is there: that one would be alive, whatever name it gave.
    private const string Script = """
        const { DatabaseSync } = require("node:sqlite");
        const fs = require("node:fs");
        const db = new DatabaseSync(process.argv[1], { timeout: 5000 });
        const where = "scope = 'gateway-owner' and lease_key = 'global'";
        const row = db.prepare(`select owner, payload_json from state_leases where ${where}`).get();
        if (!row) process.exit(0);
        const owner = JSON.parse(row.payload_json).owner;
        let started;
        try {
            const stat = fs.readFileSync(`/proc/${owner.pid}/stat`, "utf8");
            started = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
        } catch {}
        if (started !== undefined && (owner.startedAt == null || owner.startedAt === started)) process.exit(3);
        db.prepare(`delete from state_leases where ${where} and owner = ?`).run(row.owner);
        """;

    /// <summary>False: its owner may be alive, or nothing here could look.</summary>
    public static async Task<bool> ClearAsync(string? node, string database, IReadOnlyDictionary<string, string> variables)
    {
        if (node is null || !File.Exists(database))
        {
            return false;
        }

        try
        {
            using var child = Spawner.Start(
                new SpawnOrder([node, "--no-warnings", "-e", Script, database], variables, "/", MergeErrors: true)
            );
            return (await child.Exit.ConfigureAwait(false)).Code == Cleared;
        }
        catch (CreelException)
        {
            return false;
        }
    }
}
