using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Cli;

public sealed class MoveVerbTests : IAsyncLifetime
{
    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_move_says_who_went_along_how_long_it_took_and_where_it_is_written()
    {
        server.On(
            "POST /agents/bart/move",
            """
            {"cell":{"id":"0a","state":"running","level":"container","driver":"docker","agents":["bart","lisa"]},"moved":true,
             "from":"bubblewrap","fromLevel":"session","localFile":"/h/habitat.local.json5","underWay":1,"awayMs":1234}
            """
        );

        var run = await CliRun.RunAsync(server, "move", "bart", "--to", "container", "--grace", "3");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe("bart with lisa, in the same cell: moved from bubblewrap to container (docker); away for 1.2 s\n");
        run.Error.ShouldContain("1 task had not ended in time");
        run.Error.ShouldContain("/h/habitat.local.json5 says so from now on, beside the habitat file");
        run.Error.ShouldContain("  → back: creel move bart --to session --driver bubblewrap");
        server.Requests.Last().Body.ShouldContain("\"to\":\"container\"");
        server.Requests.Last().Body.ShouldContain("\"grace\":3");
    }

    [Fact]
    public async Task Where_it_is_already_nothing_is_said_to_be_done()
    {
        server.On(
            "POST /agents/bart/move",
            """{"cell":{"id":"0a","level":"session","driver":"bubblewrap","agents":["bart"]},"moved":false,"from":"bubblewrap"}"""
        );

        (await CliRun.RunAsync(server, "move", "bart", "--to", "session")).Output.ShouldBe(
            "bart: is at session (bubblewrap) already\n"
        );
    }

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("n\n", 1)]
    public async Task To_level_none_a_terminal_is_asked_with_what_is_lost(string typed, int exit)
    {
        Guarded();

        var run = await CliRun.Setting.Typing(server, typed).RunAsync("move", "bart", "--to", "none");

        run.ExitCode.ShouldBe(exit, run.ToString());
        run.Error.ShouldContain("cell bart would have no walls any more. Move it? [y/N]");
        server.Requests.Count(r => r.Body.Contains("\"yes\":true", StringComparison.Ordinal)).ShouldBe(exit == 0 ? 1 : 0);
    }

    [Fact]
    public async Task To_level_none_where_nobody_can_be_asked_it_is_refused_unless_it_was_said()
    {
        Guarded();

        var refused = await CliRun.RunAsync(server, "move", "bart", "--to", "none");
        var moved = await CliRun.RunAsync(server, "move", "bart", "--to", "none", "--yes");

        refused.ExitCode.ShouldBe(6, refused.ToString());
        refused.Error.ShouldBe("creel: cell bart would have no walls any more\n  → If it is meant: --yes\n");
        moved.ExitCode.ShouldBe(0, moved.ToString());
    }

    [Fact]
    public async Task Left_in_the_middle_it_says_that_the_move_goes_on_and_how_to_see_it()
    {
        using var interrupt = new CancellationTokenSource();
        server.On(
            "POST /agents/bart/move",
            async context =>
            {
                await interrupt.CancelAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        );

        var run = await new CliRun.Setting { Home = server.Home, Cancel = interrupt.Token }.RunAsync(
            "move",
            "bart",
            "--to",
            "container",
            "--json"
        );

        run.ExitCode.ShouldBe(130, run.ToString());
        run.Output.ShouldContain("carries it through");
        run.Output.ShouldContain("\"remedy\":\"see where it is: creel ps");
    }

    [Fact]
    public async Task A_verify_that_is_left_says_so()
    {
        using var interrupt = new CancellationTokenSource();
        server.On(
            "POST /verify",
            async context =>
            {
                await interrupt.CancelAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        );

        var run = await new CliRun.Setting { Home = server.Home, Cancel = interrupt.Token }.RunAsync("verify");

        run.ExitCode.ShouldBe(130, run.ToString());
        run.Error.ShouldContain("creel: left; no further attempt is made");
        run.Error.ShouldContain("  → see them: creel ps");
    }

    private void Guarded() =>
        server.On(
            "POST /agents/bart/move",
            async context =>
            {
                var meant = server.Requests.Last().Body.Contains("\"yes\":true", StringComparison.Ordinal);
                context.Response.StatusCode = meant ? 200 : 403;
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(
                    meant
                        ? """{"cell":{"id":"0a","level":"none","driver":"host","agents":["bart"]},"moved":true,"from":"bubblewrap"}"""
                        : """{"error":"cell bart would have no walls any more","code":"move-unmeant","remedy":"If it is meant: --yes"}"""
                );
            }
        );

    [Theory]
    [InlineData("move", "bart")]
    [InlineData("move", "bart", "--to", "cellar")]
    public async Task Without_a_level_that_there_is_it_is_wrong_usage(params string[] arguments) =>
        (await CliRun.RunAsync(server, arguments)).ExitCode.ShouldBe(64);
}
