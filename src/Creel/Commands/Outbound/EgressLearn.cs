using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Creel.Commands.Streams;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Terminal;

namespace Creel.Commands.Outbound;

/// <summary>
/// <c>creel egress learn GROUP [-- COMMAND…]</c>: for that long its cell reaches all that is public, and what it reached is printed
/// as a policy. It ends with this command, however that ends: the server hears it by the connection.
/// </summary>
internal static class EgressLearn
{
    private const int KeptOutput = 10 * 1024 * 1024;

    private sealed record Options(Argument<string> Group, Argument<string[]> Command, Option<string> For);

    private sealed record Begun(string? Event, string? Group, string? Agent);

    private sealed record Made(string Upstream, string Method, string Path, string? Model, int Times);

    private sealed record Refused(string Rule, string What, int Times);

    public static Command Build(Cli cli)
    {
        var options = new Options(
            AgentArgument.Make("A group's id, or an agent's: its cell learns"),
            new(CommandTail.Argument)
            {
                Description = "What to run in the cell meanwhile; without it, until Ctrl-C",
                Arity = ArgumentArity.ZeroOrMore,
            },
            new("--for")
            {
                Description = "For so long at most: 90s, 10m, 1h",
                HelpName = "TIME",
                DefaultValueFactory = _ => "10m",
            }
        );
        var command = new Command("learn", "Let its cell reach all that is public, once, and print the rules that it needs")
        {
            options.Group,
            options.Command,
            options.For,
        };
        return cli.Runs(command, (call, cancel) => RunAsync(call, options, cancel));
    }

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        if (!Words.TrySpan(call.Value(options.For)!, out var limit) || limit < TimeSpan.FromSeconds(1) || limit.TotalDays > 1)
        {
            throw new UsageException("--for takes a time from 1s to 24h, such as 10m", "creel egress learn bart --for 5m");
        }

        var path = $"egress/{AgentArgument.Segment(call.Value(options.Group))}";
        var words = call.Optional(options.Command) ?? [];
        var since = call.Time.GetUtcNow();
        Ran ran;
        Begun begun;
        using (var over = CancellationTokenSource.CreateLinkedTokenSource(cancel))
        {
            await using var lines = call
                .Client.LinesAsync(HttpMethod.Post, $"{path}/learn", Call.Body(new { seconds = limit.TotalSeconds }), over.Token)
                .GetAsyncEnumerator(over.Token);
            begun = await lines.MoveNextAsync() ? Call.Read<Begun>(lines.Current) : throw Cut();
            call.Note(
                $"{begun.Group} reaches all that is public now, for {Words.Span(limit)} at most{(words.Length > 0 ? "" : "; Ctrl-C ends it")}"
            );
            var lesson = UntilOverAsync(lines);
            ran = await DuringAsync(call, begun.Agent!, words, lesson, over);
            await over.CancelAsync();
            await lesson.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // The lesson is over; what it showed is still known, also to who stopped it.
        return await TellAsync(call, path, begun.Group!, since, ran, CancellationToken.None);
    }

    private sealed record Ran(int ExitCode, string? Output);

    private static async Task<Ran> DuringAsync(Call call, string agent, string[] words, Task lesson, CancellationTokenSource over)
    {
        try
        {
            if (words.Length == 0)
            {
                await lesson;
                return new Ran(ExitCodes.Ok, null);
            }

            return call.Json
                ? await CaptureAsync(call, agent, words, over.Token)
                : new Ran(await ExecCommand.RunAsync(call, agent, words, input: false, raw: false, over.Token), null);
        }
        catch (OperationCanceledException)
        {
            return new Ran(words.Length == 0 ? ExitCodes.Ok : ExitCodes.Interrupted, null);
        }
    }

    private static async Task UntilOverAsync(IAsyncEnumerator<JsonElement> lines)
    {
        while (await lines.MoveNextAsync())
        {
            if (Call.Read<Begun>(lines.Current).Event == "over")
            {
                return;
            }
        }

        throw Cut();
    }

    private static async Task<Ran> CaptureAsync(Call call, string agent, string[] words, CancellationToken cancel)
    {
        await using var stream = await call.Client.StreamAsync(agent, StreamQuery.Of("exec", StreamQuery.Command(words)), cancel);
        await stream.FinishAsync(cancel);
        using var output = new MemoryStream();
        var piece = new byte[32 * 1024];
        for (int count; (count = await stream.ReadAsync(piece, cancel)) > 0; )
        {
            output.Write(piece, 0, (int)Math.Min(count, KeptOutput - output.Length));
        }

        return new Ran(StreamExit.Code(call, stream.End), Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length));
    }

    private static async Task<int> TellAsync(
        Call call,
        string path,
        string group,
        DateTimeOffset since,
        Ran ran,
        CancellationToken cancel
    )
    {
        var egress = (await call.Client.GetAsync($"{path}/learned", cancel)).GetProperty("egress");
        var rules = egress.Deserialize(OutboundJson.Default.ListEgressRule) ?? [];
        var (made, refused) = (new List<CallFact>(), new List<Denial>());
        await foreach (var line in call.Client.LinesAsync(HttpMethod.Get, $"proxy/calls?group={group}", null, cancel))
        {
            made.Add(line.Deserialize(OutboundJson.Default.CallFact)!);
        }

        await foreach (var line in call.Client.LinesAsync(HttpMethod.Get, $"proxy/denials?group={group}", null, cancel))
        {
            refused.Add(line.Deserialize(OutboundJson.Default.Denial)!);
        }

        List<Made> calls =
        [
            .. made.Where(c => c.At >= since)
                .GroupBy(c => (c.Upstream, c.Method, c.Path, c.Model))
                .Select(g => new Made(g.Key.Upstream, g.Key.Method, g.Key.Path, g.Key.Model, g.Count())),
        ];
        List<Refused> denials =
        [
            .. refused
                .Where(d => d.At >= since)
                .GroupBy(d => (d.Rule, What: d.Port > 0 ? $"{d.Host}:{d.Port.ToString(CultureInfo.InvariantCulture)}" : d.Host))
                .Select(g => new Refused(g.Key.Rule, g.Key.What, g.Count())),
        ];
        if (call.Json)
        {
            call.Print(
                new
                {
                    group,
                    egress = rules.Select(r => r.ToString()),
                    calls,
                    refused = denials,
                    exitCode = ran.ExitCode,
                    output = ran.Output,
                }
            );
            return ran.ExitCode;
        }

        call.Say(Snippet(rules));
        foreach (var one in calls)
        {
            call.Note(
                $"a call to {one.Upstream}, which needs no rule: {one.Method} {one.Path}{(one.Model is { } m ? $" {m}" : "")}, {Times(one.Times)}"
            );
        }

        foreach (var one in denials)
        {
            call.Note($"refused even so ({one.Rule}): {one.What}, {Times(one.Times)}");
        }

        if (rules.Count > 0)
        {
            call.Note($"  → paste it into {group}, and creel up; or rule by rule: creel egress allow {group} '{rules[0]}'");
        }

        return ran.ExitCode;
    }

    /// <summary>As it is written in a habitat.</summary>
    internal static string Snippet(IReadOnlyList<EgressRule> rules) =>
        rules.Count == 0
            ? "egress: [],"
            : $"egress: [\n{string.Concat(rules.Select(r => $"  {JsonSerializer.Serialize(r.ToString(), CliJson.Line)},\n"))}],";

    private static string Times(int count) => count == 1 ? "once" : $"{count.ToString(CultureInfo.InvariantCulture)} times";

    private static CreelException Cut() =>
        new(
            Fault.Unavailable(
                "learn-cut",
                "the server ended before the lesson did; the proxy ends it by itself within half a minute",
                "see the server's log, and try again"
            )
        );
}
