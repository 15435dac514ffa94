using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Outbound;
using Creel.Server.Hub;
using Creel.Server.Outbound;
using Creel.Tests.Hub;
using Creel.Tests.Proxy;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Outbound;

public sealed class ProxyRoutesTests : IAsyncLifetime
{
    private BookedProxy line = null!;
    private ProxyLink link = null!;
    private ProxyKeeper keeper = null!;
    private HubServer server = null!;

    public async Task InitializeAsync()
    {
        line = await BookedProxy.StartAsync(BookedProxy.Orders(new BudgetModel(0, "day")));
        link = new ProxyLink(Path.Combine(line.Proxy.Folder, ControlPaths.SocketName));
        keeper = new ProxyKeeper(
            link,
            new Nothing(),
            () => ProxyOrders.None,
            "",
            TimeProvider.System,
            NullLogger<ProxyKeeper>.Instance
        );
        server = await HubServer.StartAsync(
            new HubConfig(),
            map: (app, _) => new ProxyRoutes(link, keeper, "control", Find).Map(app)
        );
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await keeper.DisposeAsync();
        link.Dispose();
        await line.DisposeAsync();
    }

    [Fact]
    public async Task A_denial_comes_with_the_sentence_that_the_cell_was_told()
    {
        var (status, told) = await line.CallAsync();
        status.ShouldBe(402);

        var denial = HubServer.Parse((await AnswerAsync("/proxy/denials?group=bart")).Text);

        told.ShouldContain(denial.GetProperty("why").GetString()!);
        denial.GetProperty("why").GetString()!.ShouldContain("cap $0.00, spent $0.00, reserved $0.00; it resets at ");
        denial.GetProperty("call").GetString().ShouldNotBeNull();
    }

    [Theory]
    [InlineData("/proxy/denials?group=lisa", 200)]
    [InlineData("/proxy/calls?group=bart", 200)]
    [InlineData("/proxy/denials?group=barf", 404)]
    [InlineData("/proxy/calls?group=barf", 404)]
    [InlineData("/proxy/denials?group=barf&follow=1", 404)]
    public async Task A_group_that_is_not_there_is_not_one_that_was_quiet(string path, int status)
    {
        var (got, text) = await AnswerAsync(path);
        got.ShouldBe(status, text);
    }

    private static OutboundGroup Find(string name) =>
        name is "bart" or "lisa"
            ? new OutboundGroup(GroupId.Parse(name), AgentId.Parse(name), null, NetworkMode.Proxy, [], [], true)
            : throw new CreelException(Fault.NotFound("group", "no group and no agent of that name"));

    private async Task<(int Status, string Text)> AnswerAsync(string path)
    {
        using var answer = await server.Client.GetAsync(path);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private sealed class Nothing : IProxyProcess
    {
        public Task<string> Start() => Task.FromResult("");
    }
}
