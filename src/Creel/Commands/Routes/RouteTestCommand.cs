using System.CommandLine;
using Creel.Core;
using Creel.Core.Routing;

namespace Creel.Commands.Routes;

/// <summary><c>creel route test FILE</c>: a table of expectations, for continuous integration; exit 1 where one differs.</summary>
internal static class RouteTestCommand
{
    public static Command Build(Cli cli)
    {
        var table = new Argument<string>("FILE")
        {
            Description = "Lines of { id, config, input, expected }; - reads standard input",
        };
        var (file, manner) = (RouteHabitat.File(), RouteHabitat.As());
        var command = new Command("test", "Compare routes with a table of expectations; exit 1 where one differs")
        {
            table,
            file,
            manner,
        };
        return cli.Runs(
            command,
            (call, cancel) => RunAsync(call, call.Value(table), call.Value(file), RouteHabitat.Manner(call.Value(manner)), cancel)
        );
    }

    private static async Task<int> RunAsync(Call call, string table, string? file, RoutingManner manner, CancellationToken cancel)
    {
        RoutingModel? habitat = null;
        var (count, wrong, line) = (0, new List<WrongRouteView>(), 0);
        await foreach (var text in LinesAsync(call, table, cancel))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text) || text.TrimStart().StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }

            var expectation = RouteCaseReader.Read(table, line, text, manner);
            var routing =
                expectation.Routing ?? (habitat ??= (await RouteHabitat.ReadAsync(call, file, manner, cancel)).Routing.Model);
            var differences = expectation.Expected.Against(new Router(routing).Resolve(expectation.Source));
            count++;
            if (differences.Count > 0)
            {
                wrong.Add(new WrongRouteView(expectation.Id, line, differences));
            }
        }

        if (count == 0)
        {
            throw new CreelException(
                Fault.Invalid("no-cases", $"{table} has no case in it", "write one a line: { \"input\": {…}, \"expected\": {…} }")
            );
        }

        Report(call, table, count, wrong);
        return wrong.Count == 0 ? ExitCodes.Ok : ExitCodes.Negative;
    }

    private static void Report(Call call, string table, int count, List<WrongRouteView> wrong)
    {
        if (call.Json)
        {
            call.Print(
                new
                {
                    cases = count,
                    passed = count - wrong.Count,
                    failed = wrong.Count,
                    differences = wrong,
                }
            );
            return;
        }

        foreach (var one in wrong)
        {
            call.Say($"✗ {one.Id} ({table}:{one.Line})");
            foreach (var difference in one.Differences)
            {
                call.Say($"    {difference.What}: expected {difference.Expected}, got {difference.Got}");
            }
        }

        call.Say($"{count - wrong.Count} of {count} as expected" + (wrong.Count > 0 ? $", {wrong.Count} differ" : ""));
    }

    private static async IAsyncEnumerable<string> LinesAsync(
        Call call,
        string table,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        using var reader = table == "-" ? new StreamReader(call.Io.Input, leaveOpen: true) : Open(call.FullPath(table));
        while (await reader.ReadLineAsync(cancel) is { } text)
        {
            yield return text;
        }
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.NotFound("no-file", $"can't read {path}: {e.Message}", "name the table's file"), e);
        }
    }
}

internal sealed record WrongRouteView(string Id, int Line, IReadOnlyList<RouteDifference> Differences);
