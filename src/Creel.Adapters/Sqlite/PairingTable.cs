using Creel.Core.Channels;

namespace Creel.Adapters.Sqlite;

/// <summary>Who was let in by a code, and who waits, in one database.</summary>
internal sealed class PairingTable(Writer writer, ReadPool readers) : IPairingStore
{
    private const string Columns = "channel, account, sender, name, code, created, seen";

    public ValueTask<IReadOnlyList<PairingRequest>> WaitingAsync(DateTimeOffset now, CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<PairingRequest>>(
            c => [.. Requests(c[$"SELECT {Columns} FROM pairing_waiting ORDER BY created"]).Where(r => Pairing.Lives(r, now))],
            cancel
        );

    public ValueTask<PairingAnswer> AskAsync(PairingRequest wish, CancellationToken cancel = default) =>
        writer.DoAsync(s => Ask(s.Connection, wish), cancel);

    public ValueTask<PairingRequest?> ApproveAsync(
        string channel,
        string? account,
        string code,
        DateTimeOffset now,
        CancellationToken cancel = default
    ) => writer.DoAsync(s => Approve(s.Connection, channel, account, code, now), cancel);

    public async ValueTask AdmitAsync(
        IReadOnlyList<PairedSender> senders,
        DateTimeOffset now,
        CancellationToken cancel = default
    ) => await writer.DoAsync(s => senders.All(sender => Admit(s.Connection, sender, now)), cancel).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<PairedSender>> PairedAsync(CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<PairedSender>>(
            c =>
            {
                var rows = c["SELECT channel, account, sender FROM paired ORDER BY channel, account, sender"];
                var paired = new List<PairedSender>();
                while (rows.Next())
                {
                    paired.Add(new PairedSender(new ChannelAccount(rows.Text(0), rows.Text(1)), rows.Text(2)));
                }

                return paired;
            },
            cancel
        );

    public ValueTask<bool> ForgetAsync(ChannelAccount account, string sender, CancellationToken cancel = default) =>
        writer.DoAsync(
            s =>
                s.Connection["DELETE FROM paired WHERE channel = ? AND account = ? AND sender = ?"]
                    .Bind(account.Channel)
                    .Bind(account.Account)
                    .Bind(sender)
                    .Run() > 0,
            cancel
        );

    private static PairingAnswer Ask(Connection connection, PairingRequest wish)
    {
        var waiting = Requests(connection[$"SELECT {Columns} FROM pairing_waiting WHERE channel = ?"].Bind(wish.Account.Channel));
        var answer = Pairing.Ask(waiting, wish);
        if (answer == PairingAnswer.Known)
        {
            connection["UPDATE pairing_waiting SET seen = ? WHERE channel = ? AND account = ? AND sender = ?"]
                .Bind(wish.SeenAt)
                .Bind(wish.Account.Channel)
                .Bind(wish.Account.Account)
                .Bind(wish.Sender)
                .Run();
        }
        else if (answer == PairingAnswer.Added)
        {
            connection["DELETE FROM pairing_waiting WHERE created <= ?"].Bind(wish.CreatedAt - Pairing.Lifetime).Run();
            connection[$"INSERT OR REPLACE INTO pairing_waiting({Columns}) VALUES(?, ?, ?, ?, ?, ?, ?)"]
                .Bind(wish.Account.Channel)
                .Bind(wish.Account.Account)
                .Bind(wish.Sender)
                .Bind(wish.Name)
                .Bind(wish.Code)
                .Bind(wish.CreatedAt)
                .Bind(wish.SeenAt)
                .Run();
        }

        return answer;
    }

    private static PairingRequest? Approve(
        Connection connection,
        string channel,
        string? account,
        string code,
        DateTimeOffset now
    )
    {
        var found = Requests(connection[$"SELECT {Columns} FROM pairing_waiting WHERE channel = ?"].Bind(channel))
            .Find(r =>
                string.Equals(r.Code, code.Trim(), StringComparison.OrdinalIgnoreCase)
                && (account is null || r.Account.Account == account)
                && Pairing.Lives(r, now)
            );
        if (found is null)
        {
            return null;
        }

        connection["DELETE FROM pairing_waiting WHERE channel = ? AND account = ? AND sender = ?"]
            .Bind(channel)
            .Bind(found.Account.Account)
            .Bind(found.Sender)
            .Run();
        Admit(connection, new PairedSender(found.Account, found.Sender), now);
        return found;
    }

    private static bool Admit(Connection connection, PairedSender sender, DateTimeOffset now)
    {
        connection["INSERT OR REPLACE INTO paired(channel, account, sender, at) VALUES(?, ?, ?, ?)"]
            .Bind(sender.Account.Channel)
            .Bind(sender.Account.Account)
            .Bind(sender.Sender)
            .Bind(now)
            .Run();
        return true;
    }

    private static List<PairingRequest> Requests(Statement rows)
    {
        var requests = new List<PairingRequest>();
        while (rows.Next())
        {
            requests.Add(
                new PairingRequest(
                    new ChannelAccount(rows.Text(0), rows.Text(1)),
                    rows.Text(2),
                    rows.TextOrNull(3),
                    rows.Text(4),
                    rows.Time(5),
                    rows.Time(6)
                )
            );
        }

        return requests;
    }
}
