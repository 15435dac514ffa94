using System.Text.Json.Nodes;
using Creel.Adapters.Docker;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Tests.Docker;

public sealed class ContainerOrderTests
{
    private static readonly CellSpec Cell = new()
    {
        Id = new CellId("0123abcd"),
        Group = GroupId.Parse("bart"),
        Habitat = "simpsons",
        Network = NetworkMode.Proxy,
        Limits = new(new Limit(64 << 20, true), new Limit(0.5, true), new Limit(40, true)),
        Folder = "/home/c",
        StateFolder = "/home/s",
        HubFolder = "/run/creel/hub/0123abcd",
        ProxyFolder = "/run/creel/proxy/0123abcd",
        RuntimeFile = "/opt/x/creel-runtime",
        Workspaces = [new CellMount("bart", "/home/w", "/workspace/bart", true)],
        Shared = [new CellMount("0", "/srv/family", "/srv/family", false)],
    };

    [Fact]
    public void Every_folder_of_sockets_is_read_only_and_only_the_cells_own_are_writable()
    {
        var mounts = Of(Cell)["HostConfig"]!["Mounts"]!.AsArray().Select(mount => mount!).ToList();
        mounts
            .Where(mount => !mount["ReadOnly"]!.GetValue<bool>())
            .Select(mount => mount["Target"]!.GetValue<string>())
            .ShouldBe([CellPaths.State, "/workspace/bart"]);
        mounts.ShouldAllBe(mount => mount["Type"]!.GetValue<string>() == "bind");
    }

    [Fact]
    public void Without_a_network_there_is_no_socket_of_the_proxy()
    {
        var order = Of(Cell with { Network = NetworkMode.None });
        order.ToJsonString().ShouldNotContain("proxy.sock");
        order.ToJsonString().ShouldNotContain("/run/creel/proxy");
        order["HostConfig"]!["NetworkMode"]!.GetValue<string>().ShouldBe("none");
    }

    [Fact]
    public void Limits_are_whole_numbers_and_swap_is_no_way_round()
    {
        var host = Of(Cell)["HostConfig"]!;
        host["Memory"]!.GetValue<long>().ShouldBe(64 << 20);
        host["MemorySwap"]!.GetValue<long>().ShouldBe(64 << 20);
        host["NanoCpus"]!.GetValue<long>().ShouldBe(500_000_000);
        host["PidsLimit"]!.GetValue<long>().ShouldBe(40);
        Of(Cell with { OciRuntime = "runsc" })["HostConfig"]!["PidsLimit"]!.GetValue<long>().ShouldBeGreaterThan(50);
    }

    [Theory]
    [InlineData(NetworkMode.Host, null, "host")]
    [InlineData(NetworkMode.Proxy, null, "none")]
    [InlineData(NetworkMode.Internal, "f00", "f00")]
    [InlineData(NetworkMode.Bridge, "f00", "f00")]
    public void Each_network_mode_is_what_it_says(NetworkMode mode, string? made, string said) =>
        ContainerOrder.Of(Cell with { Network = mode }, new CellUser(720001, 720001), "sha256:1", made, true)["HostConfig"]![
            "NetworkMode"
        ]!
            .GetValue<string>()
            .ShouldBe(said);

    [Fact]
    public void Nothing_that_weakens_a_container_is_in_the_order()
    {
        var text = Of(Cell).ToJsonString();
        foreach (var weak in new[] { "Privileged", "CapAdd", "unconfined", "docker.sock", "PortBindings", "Devices" })
        {
            text.ShouldNotContain(weak);
        }
    }

    [Fact]
    public void What_hardens_a_container_is_in_the_order()
    {
        var order = Of(Cell);
        var host = order["HostConfig"]!;
        host["ReadonlyRootfs"]!.GetValue<bool>().ShouldBeTrue();
        host["CapDrop"]!.ToJsonString().ShouldBe("""["ALL"]""");
        host["SecurityOpt"]!.ToJsonString().ShouldBe("""["no-new-privileges:true"]""");
        (host["IpcMode"]!.GetValue<string>(), host["CgroupnsMode"]!.GetValue<string>()).ShouldBe(("private", "private"));
        host["Init"]!.GetValue<bool>().ShouldBeTrue();
        order["User"]!.GetValue<string>().ShouldBe("720001:720001");
        order["Healthcheck"]!["Test"]![1]!.GetValue<string>().ShouldBe(CellPaths.RuntimeFile);
    }

    [Fact]
    public void Only_a_cell_that_must_not_ask_for_names_has_a_resolver_that_knows_none()
    {
        Of(Cell with { Network = NetworkMode.Internal })["HostConfig"]!["Dns"]!.ToJsonString().ShouldBe("""["127.0.0.1"]""");
        Of(Cell with { Network = NetworkMode.Bridge })["HostConfig"]!["Dns"].ShouldBeNull();
    }

    private static JsonObject Of(CellSpec spec) => ContainerOrder.Of(spec, new CellUser(720001, 720001), "sha256:1", null, true);
}
