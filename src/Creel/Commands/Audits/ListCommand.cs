using System.CommandLine;
using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Audits;

/// <summary><c>creel audit list</c>: the newest entries, and with <c>-f</c> those that come.</summary>
internal static class ListCommand
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public static Command Build(Cli cli, string name, string description)
    {
        var lines = new Option<int>("--lines", "-n")
        {
            Description = "So many",
            HelpName = "COUNT",
            DefaultValueFactory = _ => 50,
        };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with those that come" };
        var command = new Command(name, description) { lines, follow };
        return cli.Runs(command, (call, cancel) => RunAsync(call, call.Value(lines), call.Value(follow), cancel));
    }

    private static async Task<int> RunAsync(Call call, int lines, bool follow, CancellationToken cancel)
    {
        if (lines is < 1 or > 10_000)
        {
            throw new UsageException("--lines takes a number from 1 to 10000");
        }

        var answer = await call.Client.GetAsync($"audit?tail={lines}", cancel);
        if (call.Json && !follow)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var last = Show(call, answer, 0);
        if (!follow)
        {
            return ExitCodes.Ok;
        }

        using var timer = new PeriodicTimer(Every, call.Time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            last = Show(call, await call.Client.GetAsync($"audit?after={last}&limit=1000", cancel), last);
        }

        return ExitCodes.Ok;
    }

    /// <summary>Answers with the newest sequence number.</summary>
    private static long Show(Call call, JsonElement answer, long last)
    {
        foreach (var raw in answer.TryGetProperty("entries", out var entries) ? entries.EnumerateArray() : default)
        {
            var entry = Call.Read<AuditView>(raw);
            last = Math.Max(last, entry.Sequence);
            if (call.Json)
            {
                call.PrintLine(raw);
            }
            else
            {
                call.Say(PlainText.Line(Sentence(entry), 2000));
            }
        }

        return last;
    }

    private static string Sentence(AuditView entry)
    {
        var detail = entry.Detail switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Object } facts => string.Join(", ", facts.EnumerateObject().Where(Tells).Select(Said)),
            { ValueKind: JsonValueKind.Array } tree => JsonSerializer.Serialize(tree, CliJson.Line),
            _ => "",
        };
        return $"{entry.Sequence, 5}  {entry.At.ToLocalTime():MM-dd HH:mm:ss}  {entry.Actor, -11}  {entry.Action, -13}  {entry.Target, -20}  {entry.Outcome, -7}  {detail}".TrimEnd();
    }

    /// <summary>A hash is for programs, and what is not there tells nothing; <c>--json</c> has both.</summary>
    private static bool Tells(JsonProperty fact) => fact.Name != "sha256" && fact.Value.ValueKind != JsonValueKind.Null;

    private static string Said(JsonProperty fact) =>
        fact.Name is "type" or "reason" ? fact.Value.ToString() : $"{fact.Name} {fact.Value}";
}
