using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Terminal;

namespace Creel.Commands.Outbound;

/// <summary><c>creel proxy</c>: how the proxy is, and what it refused and let through.</summary>
internal static class ProxyCommand
{
    public static Command Build(Cli cli)
    {
        var status = cli.Runs(new Command("status", "Whether it runs, for which cells, and which keys it has"), StatusAsync);
        var group = new Option<string?>("--group") { Description = "Only of this group", HelpName = "ID" };
        var denied = new Option<bool>("--denied")
        {
            Description = "What was refused, with the rule and the sentence that the cell was told; else calls that went out",
        };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as it happens, until Ctrl-C" };
        var log = new Command("log", "The last calls, or what was refused") { denied, group, follow };
        cli.Runs(log, (call, cancel) => LogAsync(call, call.Value(denied), call.Value(group), call.Value(follow), cancel));
        return new Command("proxy", "The way out of cells: status, log, token")
        {
            Subcommands = { status, log, ProxyTokenCommand.Build(cli) },
        };
    }

    private static async Task<int> StatusAsync(Call call, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Get, "proxy", null, cancel);
        if (call.Json)
        {
            call.Print(answer);
            return Call.Read<ProxyView>(answer).Up ? ExitCodes.Ok : ExitCodes.Unavailable;
        }

        var proxy = (await KeyCommand.ProxyAsync(call, cancel)).Read()!;
        call.Say($"up for {Words.Span(call.Time.GetUtcNow() - proxy.Since)}, process {proxy.ProcessId}, version {proxy.Version}");
        if (proxy.Cells.Count > 0)
        {
            var table = new TextTable("GROUP", "CONNECTIONS", "CALLS");
            foreach (var cell in proxy.Cells)
            {
                table.Add(cell.Group.Value, Number(cell.Connections), Number(cell.Calls));
            }

            call.Show(table);
        }

        foreach (var cell in proxy.Cells.Where(c => c.ReadOn > 0))
        {
            call.Note(
                $"{cell.Group}: {Words.Count(cell.ReadOn, "answer is", "answers are")} read to the end though nobody waits any more"
            );
        }

        foreach (var closed in proxy.Closed)
        {
            call.Note($"cell {closed.Cell} reaches nothing: {closed.Reason}");
        }

        if (proxy.Offline)
        {
            call.Note(OfflineScript.Note);
        }

        if (proxy.Compatibility is { } port)
        {
            var whose = proxy.Tokens.Count > 0 ? string.Join(", ", proxy.Tokens.Select(t => t.Group)) : "nobody yet";
            call.Note(
                port.Trouble is { } trouble
                    ? $"nobody listens on the compatibility port: {trouble}"
                    : $"compatibility port {ProxyTokenCommand.Place(port)}, tokens: {whose}"
                        + (port.Refused > 0 ? $"; {Words.Count(port.Refused, "request", "requests")} without one" : "")
            );
        }

        call.Note(
            proxy.Keys.Count > 0
                ? $"keys for {string.Join(", ", proxy.Keys.Select(k => k.Group is { } g ? $"{k.Upstream} ({g})" : k.Upstream))}"
            : proxy.Offline ? "no key, and none is needed"
            : "no key yet: creel key set anthropic"
        );
        return ExitCodes.Ok;
    }

    public static async Task<int> LogAsync(Call call, bool denied, string? group, bool follow, CancellationToken cancel)
    {
        var query = string.Join(
            '&',
            new[] { group is null ? null : $"group={GroupId.Parse(group)}", follow ? "follow=1" : null }.OfType<string>()
        );
        var path = $"proxy/{(denied ? "denials" : "calls")}{(query.Length > 0 ? "?" + query : "")}";
        var any = false;
        await foreach (var line in call.Client.LinesAsync(HttpMethod.Get, path, null, cancel))
        {
            any = true;
            if (call.Json)
            {
                call.PrintLine(line);
            }
            else
            {
                call.Say(denied ? Refused(line) : Made(line));
            }
        }

        if (!any)
        {
            call.Note(
                $"{(denied ? "nothing was refused" : "no call has ended")} since the proxy started"
                    + (group is null ? "" : $", in the group {group}")
            );
        }

        return ExitCodes.Ok;
    }

    private static string Refused(JsonElement line)
    {
        var denial = line.Deserialize(OutboundJson.Default.Denial)!;
        var what = denial.Kind switch
        {
            "connect" => $"{denial.Host}:{Number(denial.Port)}",
            "call" => $"{denial.Host} {denial.Method} {denial.Path}",
            _ => $"{denial.Method} {(denial.Host.Length > 0 ? $"http://{denial.Host}:{Number(denial.Port)}" : "")}{denial.Path}",
        };
        var call = denial.Call is { } id ? $"  call {id}" : "";
        return $"{Time(denial.At)}  {Who(denial.Group, denial.Agent)}  {denial.Rule}  {what}{call}{(denial.Why is { } why ? $"  {why}" : "")}";
    }

    private static string Made(JsonElement line)
    {
        var made = line.Deserialize(OutboundJson.Default.CallFact)!;
        var took = made.Seconds.ToString("0.00", CultureInfo.InvariantCulture);
        return $"{Time(made.At)}  {made.Id}  {Who(made.Group, made.Agent)}  {made.Upstream} {made.Method} {made.Path}  {made.Model ?? "-"}  "
            + $"{made.Status} {made.Outcome}{(made.Offline == true ? " offline" : "")}  {took} s";
    }

    private static string Who(GroupId group, string? agent) =>
        agent is null || agent == group.Value ? group.Value : $"{group}/{agent}";

    private static string Time(DateTimeOffset at) => at.ToLocalTime().ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
