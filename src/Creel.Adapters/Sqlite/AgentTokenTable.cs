using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>The token hashes of agents elsewhere, in the table of all tokens.</summary>
internal sealed class AgentTokenTable(Writer writer, ReadPool readers) : IAgentTokenStore
{
    private const long Kind = (long)TokenKind.Elsewhere;

    /// <summary>At that gateway, or of a time when it was not kept.</summary>
    private const string There = "(gateway IS NULL OR gateway = ?)";

    public async ValueTask AddAsync(KeptToken token, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s =>
                    s.Connection["INSERT INTO tokens(hash, kind, agent, gateway, expires) VALUES(?, ?, ?, ?, ?)"]
                        .Bind(token.Hash.Span)
                        .Bind(Kind)
                        .Bind(token.Agent.Value)
                        .Bind(token.Gateway)
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
                    SELECT hash, agent, gateway, expires, heir IS NOT NULL,
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
                        row.TextOrNull(2),
                        row.Time(3),
                        Succeeds: row.Truth(5),
                        Succeeded: row.Truth(4)
                    )
                    : null;
            },
            cancel
        );

    public ValueTask<bool> AnyAsync(AgentId agent, string gateway, DateTimeOffset after, CancellationToken cancel = default) =>
        readers.DoAsync(
            c =>
            {
                var row = c[$"SELECT EXISTS(SELECT 1 FROM tokens WHERE agent = ? AND kind = ? AND {There} AND expires > ?)"]
                    .Bind(agent.Value)
                    .Bind(Kind)
                    .Bind(gateway)
                    .Bind(after);
                return row.Next() && row.Truth(0);
            },
            cancel
        );

    public ValueTask<bool> SucceedAsync(
        KeptToken token,
        DateTimeOffset until,
        DateTimeOffset othersUntil,
        CancellationToken cancel = default
    ) =>
        writer.DoAsync(
            s =>
            {
                var found = s.Connection[
                        $"UPDATE tokens SET expires = ?, heir = NULL, gateway = ? WHERE hash = ? AND agent = ? AND kind = ? AND {There}"
                    ]
                    .Bind(until)
                    .Bind(token.Gateway)
                    .Bind(token.Hash.Span)
                    .Bind(token.Agent.Value)
                    .Bind(Kind)
                    .Bind(token.Gateway)
                    .Run();
                if (found == 0)
                {
                    return false;
                }

                s.Connection[
                        $"UPDATE tokens SET expires = min(expires, ?), heir = ? WHERE agent = ? AND kind = ? AND hash <> ? AND {There}"
                    ]
                    .Bind(othersUntil)
                    .Bind(token.Hash.Span)
                    .Bind(token.Agent.Value)
                    .Bind(Kind)
                    .Bind(token.Hash.Span)
                    .Bind(token.Gateway)
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
                    return s.Connection[
                            $"""
                            UPDATE tokens SET expires = CASE WHEN heir IS NULL THEN ? ELSE expires END, gateway = ?
                            WHERE hash = ? AND kind = ? AND {There}
                            """
                        ]
                        .Bind(until)
                        .Bind(token.Gateway)
                        .Bind(token.Hash.Span)
                        .Bind(Kind)
                        .Bind(token.Gateway)
                        .Run();
                },
                cancel
            )
            .ConfigureAwait(false);

    public async ValueTask EndAsync(
        AgentId agent,
        string gateway,
        DateTimeOffset by,
        ReadOnlyMemory<byte> but,
        CancellationToken cancel = default
    ) =>
        await writer
            .DoAsync(
                s =>
                    s.Connection[
                            """
                            DELETE FROM tokens
                            WHERE agent = ? AND kind = ? AND gateway = ? AND heir IS NULL AND expires <= ? AND hash <> ?
                            """
                        ]
                        .Bind(agent.Value)
                        .Bind(Kind)
                        .Bind(gateway)
                        .Bind(by)
                        .Bind(but.Span)
                        .Run(),
                cancel
            )
            .ConfigureAwait(false);

    public async ValueTask RevokeAsync(AgentId agent, string? gateway, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s =>
                    gateway is null
                        ? s.Connection["DELETE FROM tokens WHERE agent = ? AND kind = ?"].Bind(agent.Value).Bind(Kind).Run()
                        : s.Connection[$"DELETE FROM tokens WHERE agent = ? AND kind = ? AND {There}"]
                            .Bind(agent.Value)
                            .Bind(Kind)
                            .Bind(gateway)
                            .Run(),
                cancel
            )
            .ConfigureAwait(false);

    public async ValueTask RevokeAllAsync(string gateway, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s => s.Connection["DELETE FROM tokens WHERE kind = ? AND gateway = ?"].Bind(Kind).Bind(gateway).Run(),
                cancel
            )
            .ConfigureAwait(false);
}
