using System.Globalization;
using Creel.Core;

namespace Creel.Tests.Cli;

/// <summary><c>creel provision</c>, its sync and its status: what a run tells, and how all stand.</summary>
public sealed class ProvisionVerbTests : IAsyncLifetime
{
    private const string Bart =
        """{"gateway":"prod","agent":"bart","id":"mc-bart","standing":"waiting","attempts":2,"nextTry":4070908800000,"error":"it is gone","command":"creel provision --gateway prod --agent bart"}""";

    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task What_is_wrong_with_a_gateway_is_said_once_for_all_who_live_there()
    {
        var lisa = Bart.Replace("bart", "lisa", StringComparison.Ordinal);
        server.Lines(
            "POST /provision",
            """{"event":"unreached","gateway":"prod","error":"it is gone"}""",
            $$"""{"event":"agent","agent":{{Bart}}}""",
            $$"""{"event":"agent","agent":{{lisa}}}""",
            $$"""{"event":"done","ok":false,"seconds":4.986,"agents":[{{Bart}},{{lisa}}]}"""
        );
        server.On("GET /provision", $$"""{"agents":[{{Bart}},{{lisa}}]}""");

        var run = await CliRun.RunAsync(server, "provision");

        run.Output.Split("it is gone").Length.ShouldBe(2, run.ToString());
        run.Output.ShouldBe(
            """
            prod: can't be looked at: it is gone
            prod can't be reached; 2 wait
            0 of 2 agents known to be as the habitat says, in 5.0 s; see: creel provision status

            """
        );
        run.Error.ShouldBe("  → at once: creel provision --gateway prod\n");
        var status = await CliRun.RunAsync(server, "provision", "status");
        status.Output.ShouldContain("it is gone\n");
        status.Output.ShouldEndWith("as bart\n");
    }

    [Fact]
    public async Task A_gateway_that_goes_is_told_at_once_and_who_was_well_is_not_said_to_wait()
    {
        var lisa = Bart.Replace("bart", "lisa", StringComparison.Ordinal)
            .Replace("\"waiting\"", "\"provisioned\",\"unseen\":true", StringComparison.Ordinal);
        server.Lines(
            "POST /provision",
            """{"event":"waits","gateway":"prod","began":4070908800000,"seconds":12.04}""",
            """{"event":"away","gateway":"prod","error":"it is gone"}""",
            """{"event":"unreached","gateway":"prod","error":"it is gone","nextTry":4070908800000}""",
            $$"""{"event":"agent","agent":{{Bart}}}""",
            $$"""{"event":"done","ok":false,"seconds":5,"agents":[{{Bart}},{{lisa}}]}"""
        );

        var run = await CliRun.RunAsync(server, "provision");

        var at = DateTimeOffset.FromUnixTimeMilliseconds(4070908800000).ToLocalTime();
        run.Output.ShouldBe(
            $"""
            waits for the run at prod that began 12.0 s ago
            prod can't be reached: it is gone; trying again
            prod still can't be reached; trying again, next at {at.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}
            prod can't be reached; 1 as they were, 1 waits
            0 of 2 agents known to be as the habitat says, in 5.0 s; see: creel provision status

            """
        );
        run.ExitCode.ShouldBe(ExitCodes.Negative);
    }

    [Fact]
    public async Task A_gateway_that_lets_nobody_in_is_not_said_to_be_away()
    {
        var bart = Bart.Replace("\"waiting\"", "\"failed\"", StringComparison.Ordinal)
            .Replace("\"nextTry\":4070908800000,", "", StringComparison.Ordinal)
            .Replace("it is gone", "the token is wrong", StringComparison.Ordinal);
        server.Lines(
            "POST /provision",
            """{"event":"unreached","gateway":"prod","error":"the token is wrong"}""",
            $$"""{"event":"agent","agent":{{bart}}}""",
            $$"""{"event":"done","ok":false,"seconds":5,"agents":[{{bart}}]}"""
        );

        var run = await CliRun.RunAsync(server, "provision");

        run.Output.ShouldBe(
            """
            prod: can't be looked at: the token is wrong
            prod can't be looked at; 1 failed
            0 of 1 agent known to be as the habitat says, in 5.0 s; see: creel provision status

            """
        );
    }

    [Fact]
    public async Task What_happens_is_told_and_the_end_says_where_all_stand()
    {
        server.On(
            "POST /provision",
            """{"event":"plan","plan":{"gateway":"prod","work":true,"patches":false,"agents":[{"agent":"bart","id":"mc-bart","work":true}]}}"""
                + "\n"
                + """{"event":"step","gateway":"prod","agent":"bart","text":"SOUL.md written"}"""
                + "\n"
                + $$"""{"event":"agent","agent":{{Bart}}}"""
                + "\n"
                + $$"""{"event":"done","ok":false,"seconds":1.5,"agents":[{{Bart}}]}"""
                + "\n"
        );

        var run = await CliRun.RunAsync(server, "provision");

        run.ExitCode.ShouldBe(ExitCodes.Negative, run.ToString());
        run.Output.ShouldStartWith("prod: 1 agent of 1\n  bart: SOUL.md written\nbart: waiting: it is gone\n");
        run.Output.ShouldContain("0 of 1 agent as the habitat says");
        run.Error.ShouldContain("→ at once: creel provision --gateway prod --agent bart");
    }

    [Fact]
    public async Task Who_was_taken_away_is_not_counted_among_those_that_are_as_the_habitat_says()
    {
        var lisa = """{"agent":"lisa","gateway":"prod","standing":"provisioned"}""";
        var maggie = """{"agent":"maggie","gateway":"prod","standing":"removed"}""";
        server.Lines("POST /provision", $$"""{"event":"done","ok":true,"seconds":5,"agents":[{{lisa}},{{maggie}}]}""");
        (await CliRun.RunAsync(server, "provision")).Output.ShouldBe("1 agent as the habitat says, 1 taken away, in 5.0 s\n");

        server.Lines("POST /provision", $$"""{"event":"done","ok":false,"seconds":5,"agents":[{{Bart}},{{lisa}},{{maggie}}]}""");
        (await CliRun.RunAsync(server, "provision")).Output.ShouldContain(
            "1 of 2 agents as the habitat says, 1 taken away, in 5.0 s"
        );
    }

    [Fact]
    public async Task A_sync_says_how_many_it_brought_up_to_date()
    {
        server.On(
            "POST /provision/sync",
            """{"event":"done","ok":true,"seconds":1,"agents":[],"agentsUpdated":2,"agentsUnchanged":3,"agentsSkipped":1,"mainUpdated":true}"""
                + "\n"
        );

        var run = await CliRun.RunAsync(server, "provision", "sync", "--gateway", "prod");

        run.ExitCode.ShouldBe(ExitCodes.Ok, run.ToString());
        run.Output.ShouldStartWith("2 updated, 3 as they should be, 1 skipped, and the main agent updated");
        (await CliRun.RunAsync(server, "provision", "sync")).ExitCode.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task Its_status_names_the_next_try_and_what_to_do()
    {
        server.On("GET /provision", $$"""{"agents":[{{Bart}},{"agent":"lisa","gateway":"prod","standing":"new"}]}""");

        var run = await CliRun.RunAsync(server, "provision", "status");

        run.Output.ShouldContain("bart   prod     waiting");
        run.Error.ShouldContain("what is new in the habitat is brought there by: creel provision");
    }

    [Fact]
    public async Task Where_no_habitat_is_up_there_is_nothing_to_stand_in()
    {
        server.On("GET /provision", """{"agents":[]}""");

        (await CliRun.RunAsync(server, "provision", "status")).ExitCode.ShouldBe(ExitCodes.Unavailable);

        server.On("GET /habitat", """{"name":"x","file":"/x"}""");
        (await CliRun.RunAsync(server, "provision", "status")).ExitCode.ShouldBe(ExitCodes.Ok);
    }

    [Fact]
    public async Task One_that_is_left_at_a_gateway_is_not_shown_as_provisioned()
    {
        server.On(
            "GET /provision",
            """{"agents":[{"agent":"bart","gateway":"prod","id":"mc-bart","standing":"left","atWork":false,"error":"not wanted any more","remedy":"Take it away: creel provision --gateway prod --agent bart --prune"}]}"""
        );

        var run = await CliRun.RunAsync(server, "provision", "status");

        run.Output.ShouldContain("bart   prod     left");
        run.Output.ShouldContain("not wanted any more");
        run.Error.ShouldContain("creel provision --gateway prod --agent bart --prune");
    }

    [Fact]
    public async Task A_file_that_is_not_the_one_that_is_up_is_refused_with_how_to_bring_it_up()
    {
        server.On("GET /habitat", """{"name":"x","file":"/else/habitat.json5"}""");
        var file = Path.Combine(server.Home, "habitat.json5");
        await File.WriteAllTextAsync(file, "{}");

        var run = await CliRun.RunAsync(server, "provision", file);

        run.ExitCode.ShouldBe(ExitCodes.Conflict);
        run.Error.ShouldContain($"creel up {file}");

        // By another way to it, it is the same one.
        var link = Path.Combine(server.Home, "link.json5");
        File.CreateSymbolicLink(link, file);
        server.On("GET /habitat", $$"""{"name":"x","file":"{{file}}"}""");
        server.On("POST /provision/plan", """{"gateways":[]}""");
        (await CliRun.RunAsync(server, "provision", link, "--plan")).ExitCode.ShouldBe(ExitCodes.Ok);
    }
}
