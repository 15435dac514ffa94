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
             "from":"bubblewrap","localFile":"/h/habitat.local.json5","underWay":1,"awayMs":1234}
            """
        );

        var run = await CliRun.RunAsync(server, "move", "bart", "--to", "container", "--grace", "3");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe("bart with lisa, in the same cell: moved from bubblewrap to container (docker); away for 1.2 s\n");
        run.Error.ShouldContain("1 task had not ended in time");
        run.Error.ShouldContain("written to /h/habitat.local.json5");
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
    [InlineData("move", "bart")]
    [InlineData("move", "bart", "--to", "cellar")]
    public async Task Without_a_level_that_there_is_it_is_wrong_usage(params string[] arguments) =>
        (await CliRun.RunAsync(server, arguments)).ExitCode.ShouldBe(64);
}
