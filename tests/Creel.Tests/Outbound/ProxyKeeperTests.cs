using Creel.Core;
using Creel.Core.Outbound;
using Creel.Server.Outbound;
using Creel.Tests.Hub;
using Creel.Tests.Proxy;
using Creel.Tests.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Outbound;

/// <summary>The keeper and a real proxy, which a test starts for it in this process.</summary>
public sealed class ProxyKeeperTests : IAsyncLifetime
{
    private readonly TestFolder folder = new();
    private readonly LogLines log = new();
    private readonly Starter starter;
    private readonly ProxyLink link;
    private ProxyOrders orders = ProxyServer.Orders;
    private string version = "";

    public ProxyKeeperTests()
    {
        starter = new Starter(folder.Path);
        link = new ProxyLink(folder[ControlPaths.SocketName]);
    }

    public async Task InitializeAsync()
    {
        // Which version it has, only it can say.
        starter.Now = await ProxyServer.StartAsync(folder: folder.Path, orders: ProxyOrders.None);
        version = (await link.StatusAsync(default))!.Version;
        await starter.EndAsync();
    }

    public async Task DisposeAsync()
    {
        await starter.EndAsync();
        link.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task It_is_started_and_told_and_told_again_when_something_changes()
    {
        await using var keeper = Keeper();
        keeper.Trouble.ShouldNotBeNull();

        await keeper.TellAsync(default);

        keeper.Trouble.ShouldBeNull();
        starter.Starts.ShouldBe(1);
        (await link.StatusAsync(default))!.Orders.ShouldBe(OrdersText.Revision(orders));

        orders = orders with { Cells = [] };
        await keeper.TellAsync(default);

        starter.Starts.ShouldBe(1);
        (await link.StatusAsync(default))!.Cells.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_is_gone_is_started_again()
    {
        await using var keeper = Keeper();
        await keeper.TellAsync(default);
        await starter.EndAsync();

        await keeper.TellAsync(default);

        (starter.Starts, keeper.Trouble).ShouldBe((2, null));
    }

    [Fact]
    public async Task A_cell_that_it_could_not_serve_is_served_once_its_folder_can_be_had_though_the_orders_are_the_same()
    {
        using var logs = LoggerFactory.Create(l => l.AddProvider(log));
        await using var keeper = Keeper(logs.CreateLogger<ProxyKeeper>());
        orders = orders with { Cells = [] };
        await keeper.TellAsync(default);
        var inTheWay = InTheWay();
        orders = ProxyServer.Orders;
        await keeper.TellAsync(default);
        log.Text.ShouldNotContain("can't serve");
        keeper
            .Closed.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                closed => closed.Cell.Value.ShouldBe(ProxyServer.Bart),
                closed => closed.Group!.Value.Value.ShouldBe("bart")
            );

        File.Delete(inTheWay);
        await keeper.TellAsync(default);

        keeper.Closed.ShouldBeEmpty();
        (await link.StatusAsync(default))!.Cells.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Its_rounds_tell_it_again_of_a_cell_that_it_could_not_serve_and_the_log_once()
    {
        using var logs = LoggerFactory.Create(l => l.AddProvider(log));
        await using var keeper = Keeper(logs.CreateLogger<ProxyKeeper>());
        orders = orders with { Cells = [] };
        await keeper.StartAsync(default);
        var inTheWay = InTheWay();
        orders = ProxyServer.Orders;
        await Eventually.Until(() => log.Text.Contains("can't serve"));
        var looks = 0;
        keeper.SeeAsync = _ => Task.FromResult(Interlocked.Increment(ref looks));
        await Eventually.Until(() => looks >= 2);
        log.Text.Split("can't serve cell " + ProxyServer.Bart).Length.ShouldBe(2);

        File.Delete(inTheWay);

        await Eventually.Until(() => keeper.Closed.Count == 0);
    }

    [Fact]
    public async Task One_that_nobody_needs_has_ended_when_that_is_said()
    {
        await using var keeper = Keeper();
        await keeper.TellAsync(default);

        await keeper.EndProxyAsync();

        (await link.StatusAsync(default)).ShouldBeNull();
    }

    [Fact]
    public async Task One_of_another_version_is_replaced()
    {
        await using (var old = Keeper())
        {
            await old.TellAsync(default);
        }

        version = "9.9.9";
        await using var keeper = Keeper();
        await keeper.TellAsync(default);

        starter.Starts.ShouldBe(2);
    }

    [Theory]
    [InlineData(true, "no such program")]
    [InlineData(false, "the proxy ended at once: the disk is full")]
    public async Task One_that_can_not_be_had_is_trouble_and_no_fault(bool throws, string trouble)
    {
        starter.Instead = () =>
            throws
                ? throw new CreelException(Fault.Missing("proxy-missing", "no such program"))
                : Task.FromResult("the disk is full");
        await using var keeper = Keeper();

        await keeper.TellAsync(default);

        keeper.Trouble.ShouldBe(trouble);
    }

    [Fact]
    public async Task A_program_that_the_system_can_not_start_is_trouble_and_the_watching_goes_on()
    {
        starter.Instead = () => throw new System.ComponentModel.Win32Exception(2);
        await using var keeper = Keeper();

        await keeper.StartAsync(default);

        keeper.Trouble.ShouldNotBeNull().ShouldStartWith("the proxy can't be kept: ");
        await Eventually.Until(() => starter.Starts > 1);
        starter.Instead = null;
        await Eventually.Until(() => keeper.Trouble is null);
    }

    private ProxyKeeper Keeper(ILogger<ProxyKeeper>? to = null) =>
        new(link, starter, () => orders, version, TimeProvider.System, to ?? NullLogger<ProxyKeeper>.Instance);

    /// <summary>A file where the folder of a cell should be.</summary>
    private string InTheWay()
    {
        var path = folder[$"proxy/{ProxyServer.Bart}"];
        File.WriteAllText(path, "");
        return path;
    }

    private sealed class Starter(string folder) : IProxyProcess
    {
        public ProxyServer? Now { get; set; }

        public int Starts { get; private set; }

        public Func<Task<string>>? Instead { get; set; }

        public Task<string> Start()
        {
            Starts++;
            return Instead?.Invoke() ?? RunAsync();
        }

        public async Task EndAsync()
        {
            if (Now is { } running)
            {
                Now = null;
                await running.StopAsync();
            }
        }

        private async Task<string> RunAsync()
        {
            Now = await ProxyServer.StartAsync(folder: folder);
            await Now.Ending;
            await EndAsync();
            return "";
        }
    }
}
