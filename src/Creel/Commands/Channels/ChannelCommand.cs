using System.CommandLine;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Channels;

/// <summary><c>creel channel …</c>: the messengers, and our logins on them.</summary>
internal static class ChannelCommand
{
    private const int DropsShown = 5;
    private const string None = "there are none: write a section channels, or: creel channel login --channel telegram";

    public static Command Build(Cli cli)
    {
        var probe = new Option<bool>("--probe") { Description = "Ask the messengers themselves whether the logins work" };
        var list = cli.Runs(
            new Command("list", "Which logins there are, and whom they listen to") { Aliases = { "ls" } },
            ListAsync
        );
        var status = new Command("status", "How they stand, and what went nowhere lately; exit 1 where one does not work")
        {
            probe,
        };
        cli.Runs(status, (call, cancel) => StatusAsync(call, call.Value(probe), cancel));
        return new Command("channel", "Messengers, and our logins on them: list, status, login, logout, send")
        {
            Aliases = { "channels" },
            Subcommands = { list, status, LoginCommand.Login(cli), LoginCommand.Logout(cli), SendCommand.Build(cli) },
        };
    }

    private static async Task<int> ListAsync(Call call, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Get, "channels", null, cancel);
        if (call.Json)
        {
            call.Print(new { accounts = answer.GetProperty("accounts") });
            return ExitCodes.Ok;
        }

        var accounts = Call.Read<ChannelsView>(answer).Accounts;
        if (accounts.Count == 0)
        {
            call.Note(None);
            return ExitCodes.Ok;
        }

        var table = new TextTable("CHANNEL", "ACCOUNT", "STATE", "DIRECT", "GROUPS", "ALLOWED");
        foreach (var one in accounts)
        {
            table.Add(one.Channel, one.Account, one.State, one.DmPolicy, one.GroupPolicy, Allowed(one));
        }

        call.Show(table);
        return ExitCodes.Ok;
    }

    private static async Task<int> StatusAsync(Call call, bool probe, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Get, probe ? "channels?probe=1" : "channels", null, cancel);
        var view = Call.Read<ChannelsView>(answer);
        var bad = view.Accounts.Any(a => a.Enabled && (!a.Running || a.Trouble is not null || a.Probe is { Works: false }));
        if (call.Json)
        {
            call.Print(answer);
            return bad ? ExitCodes.Negative : ExitCodes.Ok;
        }

        var now = call.Time.GetUtcNow();
        var table = new TextTable("CHANNEL", "ACCOUNT", "STATE", "AS", "IN", "OUT", "DROPPED", "LAST IN");
        foreach (var one in view.Accounts)
        {
            table.Add(
                one.Channel,
                one.Account,
                one.State,
                one.Probe?.Name ?? one.Username ?? "",
                $"{one.Received}",
                $"{one.Sent}",
                $"{one.Dropped}",
                one.LastInAt is { } at ? $"{Words.Span(now - DateTimeOffset.FromUnixTimeMilliseconds(at))} ago" : ""
            );
        }

        if (view.Accounts.Count == 0)
        {
            call.Note(None);
        }
        else
        {
            call.Show(table);
        }

        foreach (var one in view.Accounts)
        {
            Details(call, one);
        }

        if (view.Unanswered > 0 || view.Unsent > 0)
        {
            call.Say($"{view.Unanswered} messages wait for an answer, {view.Unsent} to be sent");
        }

        Drops(call, view.Dropped);
        foreach (var warning in view.Warnings)
        {
            call.Note(warning);
        }

        return bad ? ExitCodes.Negative : ExitCodes.Ok;
    }

    private static void Details(Call call, AccountView one)
    {
        var name = $"{one.Channel} {one.Account}";
        if (one.Trouble is { } trouble)
        {
            call.Say($"✗ {name}: {trouble}");
        }

        if (one.Probe is { Works: false, Trouble: { } why } && why != one.Trouble)
        {
            call.Say($"✗ {name}: {why}");
        }

        foreach (var note in one.Probe?.Notes ?? [])
        {
            call.Say($"  {name}: {note}");
        }

        if (one.Nobody.Count > 0)
        {
            call.Say($"  {name}: in its lists, and no sender there: {string.Join(", ", one.Nobody)}");
        }
    }

    private static void Drops(Call call, IReadOnlyList<DroppedView> dropped)
    {
        if (dropped.Count == 0)
        {
            return;
        }

        call.Say("");
        call.Say("Went nowhere, newest first:");
        foreach (var one in dropped.Take(DropsShown))
        {
            var who = one.SenderName is null ? one.Sender : $"{one.SenderName} ({one.Sender})";
            call.Say(
                $"  {one.Channel} {one.Account}, {who} in {one.Peer}: {one.Reason}{(one.Why is null ? "" : $", {one.Why}")}"
            );
            if (one.Remedy is { } remedy)
            {
                call.Say($"    → {remedy}");
            }
        }

        if (dropped.Count > DropsShown)
        {
            call.Say($"  and {dropped.Count - DropsShown} more (--json shows all)");
        }
    }

    private static string Allowed(AccountView one) =>
        one.AllowFrom.Count == 0 && one.GroupAllowFrom.Count == 0 ? "nobody by name"
        : one.AllowFrom.SequenceEqual(one.GroupAllowFrom) ? string.Join(", ", one.AllowFrom)
        : $"{string.Join(", ", one.AllowFrom)}; in groups {string.Join(", ", one.GroupAllowFrom)}";
}
