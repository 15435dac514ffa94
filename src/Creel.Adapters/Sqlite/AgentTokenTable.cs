using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>The token hashes of agents elsewhere, in the table of all tokens.</summary>
internal sealed class AgentTokenTable(Writer writer, ReadPool readers) : IAgentTokenStore
{
    private const long Kind = (long)TokenKind.Elsewhere;

    public async ValueTask AddAsync(KeptToken token, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s =>
                    s.Connection["INSERT INTO tokens(hash, kind, agent, expires) VALUES(?, ?, ?, ?)"]
                        .Bind(token.Hash.Span)
                        .Bind(Kind)
                        .Bind(token.Agent.Value)
                        .Bind(token.ExpiresAt)
                        .Run(),
                cancel
            )
            .ConfigureAwait(false);

    public ValueTask<KeptToken?> FindAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default) =>
        readers.DoAsync(
            c =>
            {
                // One look into the index of hashes, and one into that of the agent's own few.
                var row = c[
                    """
                    SELECT hash, agent, expires, heir IS NOT NULL,
                        EXISTS(SELECT 1 FROM tokens AS other WHERE other.agent = tokens.agent AND other.heir = tokens.hash)
                    FROM tokens WHERE hash = ? AND kind = ?
                    """
                ]
                    .Bind(hash.Span)
                    .Bind(Kind);
                return row.Next()
                    ? new KeptToken(
                        row.Blob(0),
                        AgentId.Legacy(row.Text(1)),
                        row.Time(2),
                        Succeeds: row.Truth(4),
                        Succeeded: row.Truth(3)
                    )
                    : null;
            },
            cancel
        );

    public ValueTask<bool> SucceedAsync(
        AgentId agent,
        ReadOnlyMemory<byte> hash,
        DateTimeOffset until,
        DateTimeOffset othersUntil,
        CancellationToken cancel = default
    ) =>
        writer.DoAsync(
            s =>
            {
                var there = s.Connection["UPDATE tokens SET expires = ?, heir = NULL WHERE hash = ? AND agent = ? AND kind = ?"]
                    .Bind(until)
                    .Bind(hash.Span)
                    .Bind(agent.Value)
                    .Bind(Kind)
                    .Run();
                if (there == 0)
                {
                    return false;
                }

                s.Connection["UPDATE tokens SET expires = min(expires, ?), heir = ? WHERE agent = ? AND kind = ? AND hash <> ?"]
                    .Bind(othersUntil)
                    .Bind(hash.Span)
                    .Bind(agent.Value)
                    .Bind(Kind)
                    .Bind(hash.Span)
                    .Run();
                return true;
            },
            cancel
        );

    public async ValueTask UsedAsync(KeptToken token, DateTimeOffset until, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s =>
                {
                    s.Connection["DELETE FROM tokens WHERE agent = ? AND kind = ? AND heir = ?"]
                        .Bind(token.Agent.Value)
                        .Bind(Kind)
                        .Bind(token.Hash.Span)
                        .Run();
                    return s.Connection["UPDATE tokens SET expires = ? WHERE hash = ? AND kind = ? AND heir IS NULL"]
                        .Bind(until)
                        .Bind(token.Hash.Span)
                        .Bind(Kind)
                        .Run();
                },
                cancel
            )
            .ConfigureAwait(false);

    public async ValueTask RevokeAsync(AgentId agent, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s => s.Connection["DELETE FROM tokens WHERE agent = ? AND kind = ?"].Bind(agent.Value).Bind(Kind).Run(),
                cancel
            )
            .ConfigureAwait(false);
}
