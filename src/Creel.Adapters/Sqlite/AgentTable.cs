using Creel.Core;
using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>The agents and the token hashes of one database.</summary>
internal sealed class AgentTable(Writer writer, ReadPool readers) : IAgentRegistry
{
    public ValueTask<IReadOnlyList<AgentRegistration>> ListAsync(CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<AgentRegistration>>(
            c =>
            {
                var rows = c["SELECT id, metadata, registered, declared FROM agents ORDER BY id"];
                var agents = new List<AgentRegistration>();
                while (rows.Next())
                {
                    agents.Add(new AgentRegistration(AgentId.Legacy(rows.Text(0)), rows.Blob(1), rows.Time(2), rows.Truth(3)));
                }

                return agents;
            },
            cancel
        );

    public async ValueTask PutAsync(AgentRegistration agent, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s =>
                    s.Connection["INSERT OR REPLACE INTO agents(id, metadata, registered, declared) VALUES(?, ?, ?, ?)"]
                        .Bind(agent.Id.Value)
                        .Bind(agent.Metadata.Span)
                        .Bind(agent.RegisteredAt)
                        .Bind(agent.Declared)
                        .Run(),
                cancel
            )
            .ConfigureAwait(false);

    public ValueTask<bool> RemoveAsync(AgentId agent, CancellationToken cancel = default) =>
        writer.DoAsync(
            s =>
            {
                // Those of an agent elsewhere of that name go when it does.
                s.Connection["DELETE FROM tokens WHERE agent = ? AND kind <> ?"]
                    .Bind(agent.Value)
                    .Bind((long)TokenKind.Elsewhere)
                    .Run();
                return s.Connection["DELETE FROM agents WHERE id = ?"].Bind(agent.Value).Run() > 0;
            },
            cancel
        );

    public async ValueTask AddTokenAsync(TokenRecord token, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s =>
                    s.Connection["INSERT OR REPLACE INTO tokens(hash, kind, agent, expires) VALUES(?, ?, ?, ?)"]
                        .Bind(token.Hash.Span)
                        .Bind((long)token.Kind)
                        .Bind(token.Agent?.Value)
                        .Bind(token.ExpiresAt)
                        .Run(),
                cancel
            )
            .ConfigureAwait(false);

    public ValueTask<TokenRecord?> FindTokenAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default) =>
        readers.DoAsync(
            c =>
            {
                var row = c["SELECT hash, kind, agent, expires FROM tokens WHERE hash = ?"].Bind(hash.Span);
                return row.Next()
                    ? new TokenRecord(
                        row.Blob(0),
                        (TokenKind)row.Number(1),
                        row.TextOrNull(2) is { } agent ? AgentId.Legacy(agent) : null,
                        row.Time(3)
                    )
                    : null;
            },
            cancel
        );

    public ValueTask<bool> RemoveTokenAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default) =>
        writer.DoAsync(s => s.Connection["DELETE FROM tokens WHERE hash = ?"].Bind(hash.Span).Run() > 0, cancel);

    public ValueTask<int> RemoveExpiredTokensAsync(DateTimeOffset now, CancellationToken cancel = default) =>
        writer.DoAsync(s => s.Connection["DELETE FROM tokens WHERE expires <= ?"].Bind(now).Run(), cancel);
}
