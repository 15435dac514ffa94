using System.Text.Json;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Server.Hub;
using Creel.Tests.Hub;

namespace Creel.Tests.Cells;

/// <summary>What the API answers and writes into the audit.</summary>
public sealed class CellRoutesTests : IAsyncLifetime
{
    private readonly World world = new();
    private HubServer server = null!;

    public async Task InitializeAsync()
    {
        server = await HubServer.StartAsync(
            new HubConfig { Usage = cancel => world.Host.UsageAsync(cancel) },
            map: (app, hub) =>
            {
                world.ServeAsync(hub, adopt: false).IsCompletedSuccessfully.ShouldBeTrue();
                world.Host.Map(app);
            }
        );
        await world.Host.AdoptAsync(default);
        File.WriteAllText(world.HabitatFile, "{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }");
    }

    public async Task DisposeAsync()
    {
        world.Host.LetGo();
        await server.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Up_and_down_stand_in_the_audit_under_who_asked()
    {
        await UpAsync();
        await LinesAsync(HttpMethod.Post, "/habitat/down", """{"deleteWorkspaces":true}""");

        (await world.AuditAsync("habitat.apply")).ShouldBe(["admin habitat ok"]);
        (await world.AuditAsync("habitat.down")).ShouldBe(["admin habitat ok"]);
        (await world.EntriesAsync("habitat.down")).ShouldHaveSingleItem().Detail.ShouldBe("""{"deleteWorkspaces":true}""");
    }

    [Fact]
    public async Task An_old_file_that_names_no_isolation_says_so_by_contract_and_goes_on_when_it_is_meant()
    {
        File.WriteAllText(world.HabitatFile, """{"name":"Old","agents":["Bart"]}""");

        var (status, refused) = await AnswerAsync(HttpMethod.Post, "/habitat/apply", Contract(iKnow: false));

        status.ShouldBe(403);
        refused.ShouldContain("has no walls: its level is none, since the file names no isolation");
        refused.ShouldContain("--i-know");
        world.Open.Running.ShouldBeEmpty();
        await LinesAsync(HttpMethod.Post, "/habitat/apply", Contract(iKnow: true));
        world.Open.Running.ShouldBe(["bart"]);
    }

    [Fact]
    public async Task What_the_contract_opens_nothing_of_needs_no_word()
    {
        File.WriteAllText(
            world.HabitatFile,
            """{"name":"Old","agents":[{"agent":"Bart","isolation":"container","network":"none"}]}"""
        );

        await LinesAsync(HttpMethod.Post, "/habitat/apply", Contract(iKnow: false));

        world.Boxes.Running.ShouldBe(["bart"]);
    }

    [Fact]
    public async Task A_habitat_of_another_name_says_which_agents_it_finds_the_work_of()
    {
        await UpAsync();
        const string Blue = "{ name: 'blue', agents: { list: [{ id: 'bart' }, { id: 'lisa' }] } }";
        File.WriteAllText(world.HabitatFile, Blue);

        var (_, plan) = await AnswerAsync(HttpMethod.Post, "/habitat/plan", Up());
        var lines = await UpAsync();

        foreach (var notes in new[] { HubServer.Parse(plan), lines[0].GetProperty("plan") }.Select(p => p.GetProperty("notes")))
        {
            var note = Meeting(notes).ShouldHaveSingleItem();
            note.ShouldContain("'h' is replaced by 'blue'");
            note.ShouldContain("bart");
            note.ShouldNotContain("homer");
            note.ShouldNotContain("lisa");
            note.ShouldContain("creel down --delete-workspaces");
        }

        // Of the same name nothing is new.
        File.WriteAllText(world.HabitatFile, Blue + "\n");
        Meeting((await UpAsync())[0].GetProperty("plan").GetProperty("notes")).ShouldBeEmpty();

        static IEnumerable<string> Meeting(JsonElement notes) =>
            notes.EnumerateArray().Select(n => n.GetString()!).Where(n => n.Contains("is replaced by", StringComparison.Ordinal));
    }

    [Fact]
    public async Task That_no_model_answers_is_said_by_up_and_ps_for_as_long_as_it_is_so()
    {
        const string Offline = "{ name: 'h', offline: true, agents: { list: [{ id: 'bart' }] } }";
        foreach (var text in new[] { Offline, Offline.Replace("true", "false"), Offline })
        {
            File.WriteAllText(world.HabitatFile, text);
            var said = (text == Offline, text == Offline);
            var plan = (await UpAsync())[0].ToString();
            var ps = (await AnswerAsync(HttpMethod.Get, "/cells")).Body;
            (plan.Contains("no model answers"), ps.Contains("no model answers")).ShouldBe(said, text);
        }
    }

    [Fact]
    public async Task A_down_says_what_stays_of_cells_and_leaves_no_folder_of_sockets()
    {
        await UpAsync();
        var cell = world.Cell("bart")!.Record.Id;
        var sockets = Path.Combine(world.Config.RunFolder, "hub", cell.Value);
        Directory.Exists(sockets).ShouldBeTrue();

        var lines = await LinesAsync(HttpMethod.Post, "/habitat/down");

        var state = lines.Where(l => l.GetProperty("event").GetString() == "state").ToList();
        state
            .Select(l => $"{l.GetProperty("group")} {l.GetProperty("path")} {l.GetProperty("state")}")
            .ShouldContain($"bart {Path.Combine(world.Config.Home, "state", cell.Value)} kept");
        state.Count.ShouldBe(2);
        Directory.Exists(sockets).ShouldBeFalse();

        await UpAsync();
        (await LinesAsync(HttpMethod.Post, "/habitat/down", """{"deleteWorkspaces":true}"""))
            .Where(l => l.GetProperty("event").GetString() == "state")
            .ShouldAllBe(l => l.GetProperty("state").GetString() == "deleted");
    }

    [Fact]
    public async Task A_habitat_that_is_wrong_or_impossible_is_in_the_audit_as_refused()
    {
        File.WriteAllText(world.HabitatFile, "{ name: 'h', agents: { list: [{ id: 'bart', isolation: 'vm' }] } }");
        (await AnswerAsync(HttpMethod.Post, "/habitat/apply", Up())).Status.ShouldBe(403);
        File.WriteAllText(world.HabitatFile, "{ name: 'h', agents: { list: [{ id: '!' }] } }");
        (await AnswerAsync(HttpMethod.Post, "/habitat/apply", Up())).Status.ShouldBe(400);

        (await world.AuditAsync("habitat.apply")).ShouldBe(["admin habitat refused", "admin habitat refused"]);
        world.Disk.Desired.ShouldBeNull();
    }

    [Fact]
    public async Task An_agent_is_created_and_destroyed_and_the_answer_says_what_became_of_the_files()
    {
        await UpAsync();

        var made = await LinesAsync(HttpMethod.Post, "/habitat/agents", """{"id":"lisa"}""");
        Files(made).ShouldBe([$"local-file {world.LocalFile} written"]);
        world.Driver.Running.ShouldBe(["bart", "homer", "lisa"]);

        var gone = await LinesAsync(HttpMethod.Delete, "/habitat/agents/lisa");
        Files(gone).ShouldBe([$"local-file {world.LocalFile} written", $"workspace {world.Workspace("lisa")} kept"]);
        var deleted = await LinesAsync(HttpMethod.Delete, "/habitat/agents/lisa?deleteWorkspaces=true");
        Files(deleted).ShouldBe([$"local-file {world.LocalFile} kept", $"workspace {world.Workspace("lisa")} deleted"]);

        (await AnswerAsync(HttpMethod.Delete, "/habitat/agents/lisa?deleteWorkspaces=true")).Status.ShouldBe(404);
        (await world.AuditAsync("agent.create")).ShouldBe(["admin agent:lisa ok"]);
        (await world.AuditAsync("agent.destroy")).ShouldBe([
            "admin agent:lisa ok",
            "admin agent:lisa ok",
            "admin agent:lisa refused",
        ]);
    }

    [Fact]
    public async Task An_agent_that_can_not_be_had_is_refused_and_the_local_file_is_not_touched()
    {
        await UpAsync();

        var (status, body) = await AnswerAsync(HttpMethod.Post, "/habitat/agents", """{"id":"lisa","isolation":"vm"}""");

        status.ShouldBe(403);
        body.ShouldContain("level-unavailable");
        File.Exists(world.LocalFile).ShouldBeFalse();
        world.Host.Habitats.Current!.Agents.Count.ShouldBe(2);
        (await AnswerAsync(HttpMethod.Post, "/habitat/agents", """{"id":"bart"}""")).Status.ShouldBe(409);
        (await AnswerAsync(HttpMethod.Post, "/habitat/agents", """{"id":"../.."}""")).Status.ShouldBe(400);
        (await world.AuditAsync("agent.create")).ShouldBe([
            "admin agent:lisa refused",
            "admin agent:bart refused",
            "admin agent:? refused",
        ]);
    }

    [Fact]
    public async Task A_start_whose_runtime_says_nothing_tells_where_its_log_is()
    {
        await UpAsync();
        (await AnswerAsync(HttpMethod.Post, "/agents/bart/stop")).Status.ShouldBe(200);

        var (status, body) = await AnswerAsync(HttpMethod.Post, "/agents/bart/start");

        status.ShouldBe(500);
        body.ShouldContain("runtime-silent");
        body.ShouldContain("/log");
        (await world.AuditAsync("agent.stop")).ShouldBe(["admin agent:bart ok"]);
        (await world.AuditAsync("agent.start")).ShouldBe(["admin agent:bart ok"]);
        (await world.AuditAsync("cell.start")).Last().ShouldEndWith("(bart) failed");
    }

    [Fact]
    public async Task Who_asked_for_a_stop_is_in_the_audit_before_it_is_done()
    {
        await UpAsync();
        IReadOnlyList<string> asked = [];
        world.Driver.Stopping = _ => asked = world.Written("agent.stop");

        (await AnswerAsync(HttpMethod.Post, "/agents/bart/stop")).Status.ShouldBe(200);

        asked.ShouldBe(["admin agent:bart ok"]);
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_refused_by_name()
    {
        (await AnswerAsync(HttpMethod.Post, "/agents/lisa/stop")).Status.ShouldBe(404);
        (await world.AuditAsync("agent.stop")).ShouldBe(["admin agent:lisa refused"]);
    }

    [Fact]
    public async Task Cells_show_what_they_use_where_it_is_counted_and_nothing_where_it_is_not()
    {
        await UpAsync();
        (await server.GetAsync("/cells")).GetProperty("cells")[0].TryGetProperty("usage", out _).ShouldBeFalse();
        world.Driver.Usage = new CellUsage(1 << 20, TimeSpan.FromSeconds(2), 5);

        var usage = (await server.GetAsync("/cells")).GetProperty("cells")[0].GetProperty("usage");

        usage.GetProperty("memory").GetInt64().ShouldBe(1 << 20);
        usage.GetProperty("cpuSeconds").GetDouble().ShouldBe(2);
        usage.GetProperty("pids").GetInt32().ShouldBe(5);
        var agent = (await server.GetAsync("/agents/bart/status")).GetProperty("agent");
        agent.GetProperty("usage").ToString().ShouldBe(usage.ToString());
        (await server.GetAsync("/agents")).GetProperty("agents")[0].TryGetProperty("usage", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task The_state_of_a_cell_is_one_word()
    {
        await UpAsync();
        await AnswerAsync(HttpMethod.Post, "/agents/homer/stop");
        (await StatesAsync()).ShouldBe(["bart starting", "homer stopped"]);

        world.Driver.Starting = (_, _) => throw new CreelException(Fault.Unavailable("disk", "no room"));
        world.Driver.Die("bart");
        await Eventually.Until(async () => (await StatesAsync())[0] == "bart restarting");
        await Eventually.Until(() => world.Reason("bart") == "no room");

        async Task<string[]> StatesAsync() =>
            [
                .. (await server.GetAsync("/cells"))
                    .GetProperty("cells")
                    .EnumerateArray()
                    .Select(c => $"{c.GetProperty("group")} {c.GetProperty("state")}"),
            ];
    }

    [Fact]
    public async Task A_bug_in_the_middle_is_the_last_line_and_not_a_cut_answer()
    {
        await UpAsync();
        world.Disk.Deleting = folder =>
        {
            if (folder == world.Workspace("bart"))
            {
                throw new InvalidOperationException("a bug");
            }
        };

        var lines = await LinesAsync(HttpMethod.Post, "/habitat/down", """{"deleteWorkspaces":true}""");

        lines[^1].GetProperty("event").GetString().ShouldBe("fault");
        lines[^1].ToString().ShouldNotContain("a bug");
        world.Disk.Deleting = _ => { };
        Files(await LinesAsync(HttpMethod.Post, "/habitat/down"))
            .ShouldBe([$"workspace {world.Workspace("bart")} deleted", $"workspace {world.Workspace("homer")} deleted"]);
    }

    [Fact]
    public async Task The_plan_is_the_first_line_and_done_the_last()
    {
        var lines = await UpAsync();

        lines[0].GetProperty("event").GetString().ShouldBe("plan");
        var steps = lines[0].GetProperty("plan").GetProperty("steps");
        steps.GetArrayLength().ShouldBe(2);
        steps[0].GetProperty("enforced").GetProperty("memory").GetBoolean().ShouldBeTrue();
        steps[0].GetProperty("handed").GetArrayLength().ShouldBe(0);
        lines[^1].GetProperty("event").GetString().ShouldBe("done");
        lines.Count(l => l.GetProperty("event").GetString() == "step").ShouldBe(6, "running, done and silent, of two");
    }

    [Theory]
    [InlineData("/habitat/plan", true)]
    [InlineData("/habitat/apply", true)]
    [InlineData("/habitat/down", false)]
    [InlineData("/agents/homer/move", null)]
    [InlineData("/agents/homer/stop", null)]
    public async Task While_a_cell_moves_others_are_told_so_instead_of_waiting(string path, bool? names)
    {
        await UpAsync();
        var (moving, go) = HoldMove();
        await moving;

        var body =
            names is null ? """{"to":"container"}"""
            : names == true ? Up()
            : "{}";
        var (status, text) = await AnswerAsync(HttpMethod.Post, path, body).WaitAsync(TimeSpan.FromSeconds(20));

        status.ShouldBe(409, text);
        text.ShouldContain("habitat-busy");
        text.ShouldContain("agent.move of bart to container");
        await go();
        (await AnswerAsync(HttpMethod.Post, "/habitat/plan", Up())).Body.ShouldStartWith("""{"steps":[]""");
        world.Boxes.Running.ShouldBe(["bart"]);
        (await AnswerAsync(HttpMethod.Post, "/agents/homer/stop")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_agent_is_not_created_beside_a_move()
    {
        await UpAsync();
        var (moving, go) = HoldMove();
        await moving;

        (await AnswerAsync(HttpMethod.Post, "/habitat/agents", """{"id":"lisa"}""")).Body.ShouldContain("habitat-busy");
        (await AnswerAsync(HttpMethod.Delete, "/habitat/agents/homer")).Body.ShouldContain("habitat-busy");

        await go();
        (await world.AuditAsync("agent.create")).ShouldBe(["admin agent:lisa refused"]);
    }

    /// <summary>Bart's cell is on its way to a container until it may go on; then it has arrived.</summary>
    private (Task Moving, Func<Task> Go) HoldMove()
    {
        world.Host.Mover.ProveAsync = (_, _, _) => Task.CompletedTask;
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        world.Boxes.Starting = (_, _) =>
        {
            reached.TrySetResult();
            return go.Task;
        };
        var move = AnswerAsync(HttpMethod.Post, "/agents/bart/move", """{"to":"container"}""");
        return (
            reached.Task.WaitAsync(TimeSpan.FromSeconds(20)),
            async () =>
            {
                go.SetResult();
                var (status, text) = await move;
                status.ShouldBe(200, text);
            }
        );
    }

    private Task<List<JsonElement>> UpAsync() => LinesAsync(HttpMethod.Post, "/habitat/apply", Up());

    private string Contract(bool iKnow) =>
        JsonSerializer.Serialize(
            new
            {
                file = world.HabitatFile,
                profile = "contract",
                iKnow,
            }
        );

    private string Up() => JsonSerializer.Serialize(new { file = world.HabitatFile });

    private static IEnumerable<string> Files(IEnumerable<JsonElement> lines) =>
        lines
            .Where(l => l.GetProperty("event").GetString() is "local-file" or "workspace")
            .Select(l => $"{l.GetProperty("event")} {l.GetProperty("path")} {l.GetProperty("state")}");

    private async Task<List<JsonElement>> LinesAsync(HttpMethod method, string path, string? body = null)
    {
        var (status, text) = await AnswerAsync(method, path, body);
        status.ShouldBe(200, text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(HubServer.Parse)];
    }

    private async Task<(int Status, string Body)> AnswerAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : HubServer.Json(body) };
        using var answer = await server.Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
