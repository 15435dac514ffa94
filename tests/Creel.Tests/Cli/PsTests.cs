using System.Text.Json;
using Creel.Terminal;
using FsCheck;
using FsCheck.Fluent;
using Spectre.Console;

namespace Creel.Tests.Cli;

/// <summary>How much room <c>creel ps</c> takes, and how long it goes on.</summary>
public sealed class PsTests : IAsyncLifetime
{
    private ApiServer server = null!;

    public async Task InitializeAsync()
    {
        server = await ApiServer.StartAsync();
        server.On(
            "GET /cells",
            JsonSerializer.Serialize(
                new
                {
                    cells = new[]
                    {
                        Cell("homer", ["homer"], "session", "bubblewrap", 0),
                        Cell("workbench", ["maker", "tester", "a-reviewer-with-quite-a-name"], "session", "bubblewrap", 3),
                        Cell("the-other-bench", ["bart", "lisa"], "container", "docker", 0),
                    },
                }
            )
        );
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Shared_groups_fit_into_80_columns_and_lose_nothing()
    {
        var run = await new CliRun.Setting { Home = server.Home, Terminal = true }.RunAsync("ps");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.Split('\n').ShouldAllBe(line => line.GetCellWidth() <= 80);
        string[] words = ["workbench:", "maker,", "tester,", "container,", "bubblewrap", "internal", "12", "queued,", "failed"];
        run.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Intersect(words).ShouldBe(words, ignoreOrder: true);
        run.Output.ShouldNotContain("RESTARTS");
        run.Error.ShouldContain("workbench: 3 restarts\n");
    }

    [Fact]
    public void Only_those_rows_are_folded_that_have_to_be()
    {
        var table = new TextTable("CELL", "LEVEL, DRIVER", "STATE");
        table.Add("homer", "session, bubblewrap", "running");
        table.Add("bench: maker, tester", "session, bubblewrap", "running");

        table
            .Text(43)
            .ShouldBe(
                """
                CELL           LEVEL, DRIVER        STATE
                homer          session, bubblewrap  running
                bench: maker,  session, bubblewrap  running
                tester

                """
            );
    }

    [Theory]
    [InlineData(true, 80, "--wide")]
    [InlineData(true, 400)]
    [InlineData(false, 80)]
    public async Task Where_there_is_room_or_no_terminal_a_cell_is_a_line(bool terminal, int columns, params string[] more)
    {
        var run = await new CliRun.Setting
        {
            Home = server.Home,
            Terminal = terminal,
            Columns = columns,
        }.RunAsync(["ps", .. more]);

        var lines = run.Output.TrimEnd('\n').Split('\n');
        lines.Length.ShouldBe(4);
        lines[0].ShouldContain("RESTARTS");
        lines[2].ShouldContain("workbench        maker, tester, a-reviewer-with-quite-a-name  session");
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ps_that_watches_goes_on_until_interrupted_and_exits_130()
    {
        using var interrupt = new CancellationTokenSource();
        var setting = new CliRun.Setting { Home = server.Home, Cancel = interrupt.Token };

        var running = setting.RunAsync("ps", "--watch", "--json");
        await Eventually.Until(() => setting.Out.Text.Count(c => c == '\n') >= 2);
        await interrupt.CancelAsync();

        (await running).ExitCode.ShouldBe(130);
    }

    [Fact]
    public void What_is_folded_is_all_there_and_no_wider_than_asked() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<NonNull<string>>(),
                ArbMap.Default.ArbFor<PositiveInt>(),
                (text, width) =>
                {
                    var line = PlainText.Line(text.Get, 100_000);
                    var room = (width.Get % 20) + 2;
                    var folded = ColumnWidths.Wrap(line, room);
                    return folded.All(piece => piece.GetCellWidth() <= room)
                        && string.Concat(folded).Replace(" ", "") == line.Replace(" ", "");
                }
            )
            .QuickCheckThrowOnFailure();

    private static object Cell(string group, string[] agents, string level, string driver, int restarts) =>
        new
        {
            id = "0a",
            group,
            agents,
            level,
            driver,
            network = level == "container" ? "internal" : "proxy",
            state = "running",
            connected = true,
            since = DateTimeOffset.UtcNow.AddMinutes(-1439).ToUnixTimeMilliseconds(),
            restarts,
            usage = new { cpu = 3.999, memory = 1023.9 * 1024 * 1024 },
            tasks = new
            {
                queued = 12,
                running = 2,
                succeeded = 4000,
                failed = 17,
            },
        };
}
