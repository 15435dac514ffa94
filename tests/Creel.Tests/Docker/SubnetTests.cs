using System.Net;
using Creel.Adapters.Docker;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Docker;

public sealed class SubnetTests
{
    private const string Pool = "10.213.0.0/16";

    [Fact]
    public void There_are_4096_different_ones_in_the_pool()
    {
        var all = Subnets.Free(Pool, [], "cell").ToList();
        all.Distinct().Count().ShouldBe(4096);
        all.ShouldAllBe(subnet => IPNetwork.Parse(Pool).Contains(IPNetwork.Parse(subnet).BaseAddress));
    }

    [Fact]
    public void What_somebody_uses_is_passed_over_be_it_larger_or_smaller()
    {
        string[] used = ["10.213.0.0/17", "10.213.128.20/32", "172.17.0.0/16", "fd00::/64", "no network"];
        var free = Subnets.Free(Pool, used, "cell").ToList();
        free.Count.ShouldBe(2048 - 1);
        free.ShouldNotContain("10.213.128.16/28");
    }

    [Fact]
    public void A_pool_that_is_used_up_gives_none() => Subnets.Free(Pool, ["10.0.0.0/8"], "cell").ShouldBeEmpty();

    [Fact]
    public void A_default_route_uses_nothing() => Subnets.Free(Pool, ["0.0.0.0/0"], "cell").Count().ShouldBe(4096);

    [Fact]
    public void Whatever_is_used_nothing_of_it_is_given() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(byte Third, byte Fourth, byte Prefix, NonNull<string> Seed)>(),
                given =>
                {
                    var prefix = 17 + (given.Prefix % 16);
                    var mask = uint.MaxValue << (32 - prefix);
                    var address = (10u << 24 | 213u << 16 | (uint)given.Third << 8 | given.Fourth) & mask;
                    var used = new IPNetwork(
                        new IPAddress([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]),
                        prefix
                    );
                    return Subnets
                        .Free(Pool, [used.ToString()], given.Seed.Get)
                        .Take(64)
                        .Select(text => IPNetwork.Parse(text))
                        .All(one => !one.Contains(used.BaseAddress) && !used.Contains(one.BaseAddress));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Routes_of_the_kernel_are_read_as_it_writes_them() =>
        Subnets
            .Routed([
                "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
                "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0",
                "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
                "odd",
            ])
            .ShouldBe(["172.17.0.0/16"]);
}
