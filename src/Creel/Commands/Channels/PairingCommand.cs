using System.CommandLine;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Channels;

/// <summary><c>creel pairing …</c>: strangers who want to be let in.</summary>
internal static class PairingCommand
{
    public static Command Build(Cli cli)
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The messenger: telegram, …" };
        var some = new Argument<string?>("CHANNEL") { Description = "Of this messenger alone", Arity = ArgumentArity.ZeroOrOne };
        var code = new Argument<string>("CODE") { Description = "What the stranger was told; in any case" };
        var sender = new Argument<string>("SENDER") { Description = "Its id, as the list shows it" };
        var account = new Option<string?>("--account") { Description = "Of this account alone", HelpName = "ID" };
        var list = new Command("list", "Who waits to be let in, and who was") { some };
        list.Aliases.Add("ls");
        cli.Runs(list, (call, cancel) => ListAsync(call, call.Optional(some), cancel));
        var approve = new Command("approve", "Let in whom a code belongs to") { channel, code, account };
        cli.Runs(
            approve,
            async (call, cancel) =>
            {
                var order = new
                {
                    channel = call.Value(channel),
                    code = call.Value(code),
                    account = call.Value(account),
                };
                var answer = await call.Client.SendAsync(HttpMethod.Post, "pairings/approve", Call.Body(order), cancel);
                if (call.Json)
                {
                    call.Print(answer);
                }
                else
                {
                    var one = Call.Read<PairedView>(answer);
                    call.Say($"{one.Sender} may write to {one.Channel} {one.Account} now");
                }

                return ExitCodes.Ok;
            }
        );
        var remove = new Command("rm", "Let somebody in no more") { channel, sender, account };
        cli.Runs(
            remove,
            async (call, cancel) =>
            {
                var at = call.Value(account) ?? await OnlyAsync(call, call.Value(channel)!, call.Value(sender)!, cancel);
                string[] parts = ["pairings", call.Value(channel)!, at, call.Value(sender)!];
                var path = string.Join('/', parts.Select(Uri.EscapeDataString));
                var answer = await call.Client.SendAsync(HttpMethod.Delete, path, null, cancel);
                if (call.Json)
                {
                    call.Print(answer);
                }
                else
                {
                    call.Say($"{parts[3]} may write to {parts[1]} {parts[2]} no more, unless a list names it");
                }

                return ExitCodes.Ok;
            }
        );
        return new Command("pairing", "Strangers who want to be let in: list, approve, rm")
        {
            Aliases = { "pairings" },
            Subcommands = { list, approve, remove },
        };
    }

    /// <summary>The one account that let somebody in.</summary>
    /// <exception cref="CreelException">None did, or several: then one has to be named.</exception>
    private static async Task<string> OnlyAsync(Call call, string channel, string sender, CancellationToken cancel)
    {
        var all = Call.Read<PairingsView>(await call.Client.SendAsync(HttpMethod.Get, "pairings", null, cancel));
        var accounts = all.Paired.Where(p => p.Channel == channel && p.Sender == sender).Select(p => p.Account).ToList();
        return accounts switch
        {
            [var one] => one,
            [] => throw new CreelException(
                Fault.NotFound("no-pairing", $"no account of {channel} let {sender} in by a code", "creel pairing list")
            ),
            _ => throw new CreelException(
                Fault.Invalid(
                    "which-account",
                    $"several accounts of {channel} let {sender} in: {string.Join(", ", accounts)}",
                    $"say which: creel pairing rm {channel} {sender} --account {accounts[0]}"
                )
            ),
        };
    }

    private static async Task<int> ListAsync(Call call, string? channel, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Get, "pairings", null, cancel);
        var all = Call.Read<PairingsView>(answer);
        var (waiting, paired) = (
            all.Waiting.Where(w => channel is null || w.Channel == channel).ToList(),
            all.Paired.Where(p => channel is null || p.Channel == channel).ToList()
        );
        if (call.Json)
        {
            call.Print(new { waiting, paired });
            return ExitCodes.Ok;
        }

        if (waiting.Count == 0 && paired.Count == 0)
        {
            call.Note("nobody waits, and nobody was let in");
            return ExitCodes.Ok;
        }

        var now = call.Time.GetUtcNow();
        var table = new TextTable("CHANNEL", "ACCOUNT", "SENDER", "NAME", "CODE", "");
        foreach (var one in waiting)
        {
            var left = DateTimeOffset.FromUnixTimeMilliseconds(one.ExpiresAt) - now;
            table.Add(one.Channel, one.Account, one.Sender, one.Name ?? "", one.Code, $"waits, {Words.Span(left)} left");
        }

        foreach (var one in paired)
        {
            table.Add(one.Channel, one.Account, one.Sender, "", "", "let in");
        }

        call.Show(table);
        return ExitCodes.Ok;
    }
}
