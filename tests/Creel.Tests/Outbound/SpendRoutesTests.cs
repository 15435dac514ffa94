using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Outbound;
using Creel.Server.Audits;
using Creel.Server.Hub;
using Creel.Server.Outbound;
using Creel.Tests.Hub;
using Creel.Tests.Proxy;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Outbound;

/// <summary>Money over the API: serve asks the proxy, and writes down who grants.</summary>
public sealed class SpendRoutesTests : IAsyncLifetime
{
    private readonly MemoryStore store = new();
    private AuditTrail trail = null!;
    private BookedProxy line = null!;
    private ProxyLink link = null!;
    private HubServer server = null!;

    public async Task InitializeAsync()
    {
        trail = new AuditTrail(store.Audit, TimeProvider.System, NullLogger.Instance);
        line = await BookedProxy.StartAsync(BookedProxy.Orders(new BudgetModel(1, "day"), new BudgetModel(1, "total")));
        link = new ProxyLink(Path.Combine(line.Proxy.Folder, ControlPaths.SocketName));
        server = await HubServer.StartAsync(new HubConfig(), map: (app, _) => new SpendRoutes(link, trail, Find).Map(app));
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        link.Dispose();
        await line.DisposeAsync();
        await trail.DisposeAsync();
    }

    [Fact]
    public async Task A_grant_reaches_the_book_and_stands_in_the_audit_with_who_granted_it()
    {
        var (status, text) = await AnswerAsync(
            HttpMethod.Post,
            "/budgets/grants",
            """{"group":"bart","usd":"$0.50","per":"day"}"""
        );
        status.ShouldBe(200, text);
        var granted = HubServer.Parse(text).GetProperty("budgets").EnumerateArray().ShouldHaveSingleItem();
        granted.GetProperty("granted").GetInt64().ShouldBe(500_000_000);
        (await AnswerAsync(HttpMethod.Post, "/budgets/grants", """{"usd":1}""")).Status.ShouldBe(404);
        (await AnswerAsync(HttpMethod.Post, "/budgets/grants", """{"group":"bart","usd":"1,5"}""")).Status.ShouldBe(400);
        (await AnswerAsync(HttpMethod.Post, "/budgets/grants", """{"group":"bart"}""")).Status.ShouldBe(400);
        var (_, spend) = await AnswerAsync(HttpMethod.Get, "/spend?group=bart&hours=1");
        var budgets = HubServer.Parse(spend).GetProperty("budgets").EnumerateArray().ToList();
        budgets
            .Select(b => $"{b.GetProperty("per").GetString()} {b.GetProperty("granted").GetInt64()}")
            .Order()
            .ShouldBe(["day 500000000", "total 0"]);
        (await store.Audit.ReadAsync(0, int.MaxValue))
            .Select(r => $"{r.Entry.Actor} {r.Entry.Action} {r.Entry.Target} {r.Entry.Outcome}")
            .ShouldBe(["admin budget.grant group:bart ok", "admin budget.grant habitat ok", "admin budget.grant habitat failed"]);
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_not_one_that_spent_nothing()
    {
        (await AnswerAsync(HttpMethod.Get, "/spend?group=lisa")).Status.ShouldBe(200);
        var (status, text) = await AnswerAsync(HttpMethod.Get, "/spend?group=barf");
        status.ShouldBe(404);
        text.ShouldContain("no group");
        (await AnswerAsync(HttpMethod.Get, "/spend?group=maggie")).Text.ShouldContain("maggie is an agent of the group lisa");
    }

    private static OutboundGroup Find(string name) =>
        name is "bart" or "lisa" or "maggie"
            ? new OutboundGroup(
                GroupId.Parse(name == "maggie" ? "lisa" : name),
                AgentId.Parse(name),
                null,
                NetworkMode.Proxy,
                [],
                [],
                true
            )
            : throw new CreelException(Fault.NotFound("group", "no group and no agent of that name"));

    [Fact]
    public async Task A_call_and_the_prices_come_as_the_proxy_says_them()
    {
        await line.CallAsync();
        var id = (await line.Proxy.CallsAsync()).Single().Id;
        var (status, call) = await AnswerAsync(HttpMethod.Get, $"/spend/calls/{id}");
        status.ShouldBe(200, call);
        HubServer.Parse(call).GetProperty("settled").GetInt64().ShouldBe(344_000);
        (await AnswerAsync(HttpMethod.Get, "/spend/calls/0000000000000001")).Status.ShouldBe(404);
        (await AnswerAsync(HttpMethod.Get, "/spend/calls/..%2Fkeys")).Status.ShouldBe(400);
        (await AnswerAsync(HttpMethod.Get, "/spend?hours=-1")).Status.ShouldBe(400);
        (await AnswerAsync(HttpMethod.Get, "/spend?group=No")).Status.ShouldBe(400);
        var (_, prices) = await AnswerAsync(HttpMethod.Get, "/prices");
        prices.ShouldContain("\"names\":[\"mine\"]");
    }

    [Fact]
    public async Task Where_no_proxy_runs_that_is_said()
    {
        using var nobody = new ProxyLink("/nowhere/proxy.sock");
        await using var alone = await HubServer.StartAsync(
            new HubConfig(),
            map: (app, _) => new SpendRoutes(nobody, trail, Find).Map(app)
        );
        using var answer = await alone.Client.GetAsync("/spend");
        ((int)answer.StatusCode).ShouldBe(503);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("no proxy answers");
    }

    private async Task<(int Status, string Text)> AnswerAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : HubServer.Json(body) };
        using var answer = await server.Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
