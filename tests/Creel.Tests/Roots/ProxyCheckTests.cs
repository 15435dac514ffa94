using Creel.Commands.Views;
using Creel.Core.Outbound;
using Creel.Roots.Checks;
using Creel.Tests.Proxy;
using Creel.Tests.Runtime;

namespace Creel.Tests.Roots;

public sealed class ProxyCheckTests
{
    [Fact]
    public async Task Cells_that_the_proxy_does_not_serve_are_named_each_with_the_reason()
    {
        await using var proxy = await ProxyServer.StartAsync(ProxyOrders.None);
        var inTheWay = Path.Combine(proxy.Folder, "proxy", ProxyServer.Bart);
        File.WriteAllText(inTheWay, "");
        await proxy.OrderAsync(ProxyServer.Orders);

        var check = (await ProxyCheck.OfAsync(proxy.Folder, default)).ShouldHaveSingleItem();
        (check.Check, check.State).ShouldBe(("proxy bart", CheckState.Warning));
        check.Sentence.ShouldStartWith("cell bart reaches nothing outside: ");
        check.Remedy.ShouldNotBeNull().ShouldStartWith("creel agent restart bart");

        File.Delete(inTheWay);
        await proxy.OrderAsync(ProxyServer.Orders);
        (await ProxyCheck.OfAsync(proxy.Folder, default)).ShouldHaveSingleItem().State.ShouldBe(CheckState.Ok);
    }

    [Fact]
    public async Task Where_no_proxy_runs_there_is_nothing_to_say()
    {
        using var folder = new TestFolder();
        (await ProxyCheck.OfAsync(folder.Path, default)).ShouldBeEmpty();
    }
}
