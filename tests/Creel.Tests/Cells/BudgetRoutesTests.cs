using Creel.Server.Hub;
using Creel.Tests.Hub;
using Creel.Tests.Proxy;

namespace Creel.Tests.Cells;

/// <summary>Budgets that are changed while cells run.</summary>
public sealed class BudgetRoutesTests : IAsyncLifetime
{
    private const string Habitat = """
        { name: 'h',
          agents: { list: [
            { id: 'bart' }, { id: 'homer', budget: { usd: 3, per: 'day' } },
            { id: 'lisa', isolationGroup: 'girls' }, { id: 'maggie', isolationGroup: 'girls' }, { id: 'ned', isolationGroup: 'church' },
          ] } }
        """;

    private readonly World world = new();
    private HubServer server = null!;
    private int told;

    public async Task InitializeAsync()
    {
        server = await HubServer.StartAsync(
            new HubConfig(),
            map: (app, hub) =>
            {
                world.ServeAsync(hub, adopt: false).IsCompletedSuccessfully.ShouldBeTrue();
                world.Host.AllowAsync = _ => Task.FromResult(Interlocked.Increment(ref told));
                world.Host.Map(app);
            }
        );
        await world.Host.AdoptAsync(default);
        await world.UpAsync(Habitat);
        told = 0;
    }

    public async Task DisposeAsync()
    {
        world.Host.LetGo();
        await server.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task What_is_set_is_listed_in_force_and_written_down_and_no_cell_is_touched()
    {
        var starts = (await world.AuditAsync("cell.start")).Count;
        (await SetAsync("""{"group":"bart","usd":"$5","per":"day","warn":0.5}""")).Status.ShouldBe(200);
        (await SetAsync("""{"group":"bart","usd":0.25,"per":"24h","soft":true}""")).Status.ShouldBe(200);
        (await SetAsync("""{"group":"girls","usd":"2","per":"week"}""")).Status.ShouldBe(200);
        (await SetAsync("""{"group":null,"usd":"100.000000001","per":"month"}""")).Status.ShouldBe(200);

        (await ListAsync()).ShouldBe([
            "habitat 100.000000001 month hard",
            "bart 5 day hard",
            "bart 0.25 1d soft",
            "girls 2 week hard",
            "homer 3 day hard",
        ]);
        told.ShouldBe(4);
        (await world.AuditAsync("cell.start")).Count.ShouldBe(starts);
        var orders = world.Host.Outbound;
        orders.Budgets.Single().Usd.ShouldBe(100.000000001m);
        orders.Cells.Single(c => c.Group.Value == "bart").Budgets.Select(b => b.Warn).ShouldBe([0.5, 0.8]);
        (await world.AuditAsync("budget.set")).ShouldBe([
            "admin group:bart ok",
            "admin group:bart ok",
            "admin group:girls ok",
            "admin habitat ok",
        ]);
        (await world.PlanAsync()).Steps.ShouldBeEmpty();
        await world.AgainAsync();
        world.Host.Outbound.Budgets.Single().Usd.ShouldBe(100.000000001m);
    }

    [Fact]
    public async Task The_same_window_is_replaced_and_what_is_removed_is_gone()
    {
        await SetAsync("""{"group":"bart","usd":"5","per":"day"}""");
        await SetAsync("""{"group":"bart","usd":"1","per":"hour"}""");
        await SetAsync("""{"group":"bart","usd":"6","per":"day"}""");
        (await ListAsync()).ShouldBe(["bart 1 hour hard", "bart 6 day hard", "homer 3 day hard"]);
        (await AnswerAsync(HttpMethod.Delete, "/budgets?group=bart&per=hour")).Status.ShouldBe(200);
        (await ListAsync()).ShouldBe(["bart 6 day hard", "homer 3 day hard"]);
        (await AnswerAsync(HttpMethod.Delete, "/budgets?group=bart")).Status.ShouldBe(200);
        (await AnswerAsync(HttpMethod.Delete, "/budgets?group=bart")).ShouldBeFault(404, "group bart has no budget");
        (await ListAsync()).ShouldBe(["homer 3 day hard"]);
        File.ReadAllText(world.LocalFile).ShouldEndWith("\n{}\n");
    }

    [Fact]
    public async Task A_budget_does_not_keep_an_agent_in_the_habitat_that_a_person_took_out()
    {
        await SetAsync("""{"group":"bart","usd":"5","per":"day"}""");
        await world.UpAsync("{ name: 'h', agents: { list: [{ id: 'homer' }] } }");
        world.Host.Habitats.Current!.Agents.Select(a => a.Id.Value).ShouldBe(["homer"]);
        (await ListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"group":"homer","usd":"1","per":"day"}""", 409, "habitat.json5:3:44, which only a person changes")]
    [InlineData("""{"group":"lisa","usd":"1","per":"day"}""", 409, "shares the group girls with maggie")]
    [InlineData("""{"group":"ned","usd":"1","per":"day"}""", 409, "agent ned is in the group church")]
    [InlineData("""{"group":"nobody","usd":"1","per":"day"}""", 404, "no group nobody")]
    [InlineData("""{"group":"bart","usd":"1,5","per":"day"}""", 400, "is no sum of money")]
    [InlineData("""{"group":"bart","usd":"-1","per":"day"}""", 400, "is no sum of money")]
    [InlineData("""{"group":"bart","usd":1e3,"per":"day"}""", 400, "is no sum of money")]
    [InlineData("""{"group":"bart","usd":"0.0000000001","per":"day"}""", 400, "is no sum of money")]
    [InlineData("""{"group":"bart","usd":"1000000001","per":"day"}""", 400, "at most $1000000000")]
    [InlineData("""{"group":"bart","per":"day"}""", 400, "'usd' is missing")]
    [InlineData("""{"group":"bart","usd":"1"}""", 400, "'per' is missing")]
    [InlineData("""{"group":"bart","usd":"1","per":"fortnight"}""", 400, "no window")]
    [InlineData("""{"group":"bart","usd":"1","per":"day","warn":80}""", 400, "'warn' is no share")]
    [InlineData("""{"group":"bart","usd":"1","per":"day","soft":"yes"}""", 400, "'soft' is neither")]
    [InlineData("""{"group":"../x","usd":"1","per":"day"}""", 400, "not a group id")]
    public async Task What_can_not_be_set_is_told_why_and_nothing_is_written(string body, int status, string says)
    {
        (await SetAsync(body)).ShouldBeFault(status, says);
        File.Exists(world.LocalFile).ShouldBeFalse();
        told.ShouldBe(0);
        (await ListAsync()).ShouldBe(["homer 3 day hard"]);
    }

    [Fact]
    public async Task A_budget_that_a_person_wrote_elsewhere_in_the_local_file_is_not_set_in_vain()
    {
        const string ByHand = "{ agents: { list: [{ id: 'bart', budget: { usd: 2, per: 'day' } }] } }";
        File.WriteAllText(world.LocalFile, ByHand);
        await world.UpAsync(Habitat);
        told = 0;

        (await SetAsync("""{"group":"bart","usd":"5","per":"day"}""")).ShouldBeFault(409, "said elsewhere in the local file");
        (await AnswerAsync(HttpMethod.Delete, "/budgets?group=bart")).ShouldBeFault(409, "said elsewhere in the local file");

        File.ReadAllText(world.LocalFile).ShouldBe(ByHand);
        (await ListAsync()).ShouldBe(["bart 2 day hard", "homer 3 day hard"]);
        told.ShouldBe(0);
    }

    [Fact]
    public async Task What_the_proxy_could_not_be_told_is_said_so()
    {
        (await SetAsync("""{"group":"bart","usd":"5","per":"day"}""")).Text.ShouldNotContain("untold");
        world.Host.Untold = () => "it is away";

        var (status, text) = await SetAsync("""{"group":"bart","usd":"4","per":"day"}""");
        (status, HubServer.Parse(text).GetProperty("untold").GetString()).ShouldBe((200, "it is away"));

        (await RuleAsync("bart"))
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^2..]
            .Select(line => HubServer.Parse(line))
            .Select(e => e.TryGetProperty("ok", out var ok) ? ok.ToString() : e.GetProperty("message").GetString())
            .ShouldBe(["it is away", "False"]);
    }

    [Fact]
    public async Task An_agent_that_shares_its_group_is_given_no_rule_that_the_others_would_get_too()
    {
        (await RuleAsync("lisa")).ShouldBeFault(409, "agent lisa shares the group girls with maggie");
        Should.Throw<Core.CreelException>(() => world.Host.OwnOutlet("lisa")).Fault.Code.ShouldBe("egress-shared");
        world.Host.Outlet("lisa").Group.Value.ShouldBe("girls");
        (await RuleAsync("girls")).Status.ShouldBe(200);
        (await RuleAsync("ned")).Status.ShouldBe(200);
    }

    private Task<Answer> RuleAsync(string name) =>
        AnswerAsync(HttpMethod.Post, $"/egress/{name}/rules", """{"rule":"a.example:443","allow":true}""");

    [Fact]
    public async Task What_a_person_should_know_of_a_groups_money_is_beside_its_cell()
    {
        world.Host.Warnings = group => group.Value == "bart" ? ["most of it is spent"] : [];
        var (_, text) = await AnswerAsync(HttpMethod.Get, "/cells");
        HubServer
            .Parse(text)
            .GetProperty("cells")
            .EnumerateArray()
            .Where(c => c.GetProperty("notes").EnumerateArray().Any(n => n.GetString() == "most of it is spent"))
            .Select(c => c.GetProperty("group").GetString())
            .ShouldBe(["bart"]);
    }

    [Fact]
    public async Task That_the_proxy_does_not_serve_a_cell_is_beside_it_while_it_runs()
    {
        var bart = world.Cell("bart")!.Record.Id;
        world.Host.Closed = cell => cell == bart ? "no folder" : null;
        var (_, text) = await AnswerAsync(HttpMethod.Get, "/cells");
        HubServer
            .Parse(text)
            .GetProperty("cells")
            .EnumerateArray()
            .SelectMany(c =>
                c.GetProperty("notes").EnumerateArray().Select(n => (c.GetProperty("group").GetString(), n.GetString()))
            )
            .Where(n => n.Item2 is { } note && note.Contains("reaches nothing", StringComparison.Ordinal))
            .ShouldBe([("bart", "it reaches nothing outside: no folder")]);
    }

    [Fact]
    public async Task A_budget_of_the_habitat_file_is_not_removed_by_a_command()
    {
        (await AnswerAsync(HttpMethod.Delete, "/budgets?group=homer")).ShouldBeFault(409, "which only a person changes");
        (await world.AuditAsync("budget.rm")).ShouldBe(["admin group:homer refused"]);
    }

    /// <summary>Set, list, and what the proxy tells are one.</summary>
    [Fact]
    public async Task What_is_set_what_is_listed_and_what_the_proxy_reckons_with_agree()
    {
        await using var line = await BookedProxy.StartAsync();
        var random = new Random(20261121);
        string[] windows = ["hour", "day", "week", "month", "total", "90m", "7d"];
        for (var i = 0; i < 25; i++)
        {
            var group = random.Next(3) switch
            {
                0 => "\"bart\"",
                1 => "\"girls\"",
                _ => "null",
            };
            var usd = new Core.Budgets.Money(random.NextInt64(1_000_000_000_000_000_000)).ToString();
            var soft = random.Next(2) == 0 ? "true" : "false";
            var per = windows[random.Next(windows.Length)];
            var (status, text) = await SetAsync($$"""{"group":{{group}},"usd":"{{usd}}","per":"{{per}}","soft":{{soft}}}""");
            status.ShouldBe(200, text);
        }

        await line.Proxy.OrderAsync(world.Host.Outbound);
        var reckoned = (await line.SpendAsync()).Budgets.Select(b =>
            $"{b.Group?.Value ?? "habitat"} {b.Amount.Usd:0.#########} {b.Per} {(b.Soft ? "soft" : "hard")}"
        );
        reckoned.Order().ShouldBe((await ListAsync()).Order());
    }

    private Task<Answer> SetAsync(string body) => AnswerAsync(HttpMethod.Put, "/budgets", body);

    private async Task<List<string>> ListAsync()
    {
        var (status, text) = await AnswerAsync(HttpMethod.Get, "/budgets");
        status.ShouldBe(200, text);
        return
        [
            .. HubServer
                .Parse(text)
                .GetProperty("budgets")
                .EnumerateArray()
                .Select(b =>
                    $"{b.GetProperty("group").GetString() ?? "habitat"} {b.GetProperty("usd").GetDecimal():0.#########} "
                    + $"{b.GetProperty("per").GetString()} {(b.GetProperty("soft").GetBoolean() ? "soft" : "hard")}"
                ),
        ];
    }

    private async Task<Answer> AnswerAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : HubServer.Json(body) };
        using var answer = await server.Client.SendAsync(request);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private sealed record Answer(int Status, string Text)
    {
        public void ShouldBeFault(int status, string says)
        {
            Status.ShouldBe(status, Text);
            HubServer.Parse(Text).GetProperty("error").GetString().ShouldNotBeNull().ShouldContain(says);
        }
    }
}
