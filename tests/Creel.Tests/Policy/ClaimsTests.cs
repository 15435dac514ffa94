using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Tests.Policy;

public class ClaimsTests
{
    private static readonly EnforcedLimits All = new(true, true, true);

    [Fact]
    public void There_are_sixty_attempts_and_more_each_with_a_name_of_its_own()
    {
        Claims.Attempts.Count.ShouldBeGreaterThanOrEqualTo(60);
        Claims.Attempts.Select(a => a.Id).ShouldBeUnique();
        Claims.Attempts.ShouldAllBe(a => a.Id.StartsWith(Claims.Word(a.Family) + "."));
        Claims.Attempts.ShouldAllBe(a => a.Sentence.Length > 0 && !a.Sentence.EndsWith('.'));
        Enum.GetValues<AttemptFamily>().ShouldAllBe(f => Claims.Attempts.Any(a => a.Family == f));
    }

    [Fact]
    public void Every_driver_with_networks_has_a_row_of_grounds() =>
        ClaimGrounds.Drivers.Order().ShouldBe(NetworkSupport.Drivers.Order());

    [Fact]
    public void Every_ground_is_one_that_some_cell_has_and_some_attempt_needs()
    {
        var had = Cells().SelectMany(ClaimGrounds.Of).ToHashSet();
        var needed = Claims.Attempts.SelectMany(a => a.Grounds).ToHashSet();
        Enum.GetValues<ClaimGround>().ShouldAllBe(ground => had.Contains(ground) && needed.Contains(ground));
    }

    [Fact]
    public void Level_none_claims_nothing_and_says_so()
    {
        var bare = new ClaimedCell("host", NetworkMode.Host, true, All);
        Claims.Attempts.ShouldAllBe(a => !Claims.Claimed(a, bare));
        Claims.Note(bare)!.ShouldStartWith("claims nothing");
    }

    [Fact]
    public void A_bubblewrap_cell_of_roots_claims_all_that_any_cell_does() =>
        Claims.Note(new ClaimedCell("bubblewrap", NetworkMode.Proxy, true, All)).ShouldBeNull();

    [Theory]
    [InlineData("systemd", NetworkMode.Proxy)]
    [InlineData("docker", NetworkMode.None)]
    [InlineData("docker", NetworkMode.Proxy)]
    [InlineData("docker", NetworkMode.Internal)]
    public void So_does_every_other_sandbox_of_roots(string driver, NetworkMode network) =>
        Claims.Note(new ClaimedCell(driver, network, true, All)).ShouldBeNull();

    [Theory]
    [InlineData("runsc")]
    [InlineData("runsc-kvm")]
    public void A_kernel_of_its_own_claims_nothing_that_only_the_machines_kernel_would_deny(string runtime)
    {
        var plain = new ClaimedCell("docker", NetworkMode.Proxy, true, All);
        var own = plain with { OciRuntime = runtime };
        var lost = Claims.Attempts.Where(a => Claims.Claimed(a, plain) && !Claims.Claimed(a, own)).ToList();
        lost.ShouldNotBeEmpty();
        lost.ShouldAllBe(a => a.Grounds.Contains(ClaimGround.MachineKernel));
        foreach (var id in new[] { "resource.processes", "resource.memory", "resource.cpu" })
        {
            Claims.Claimed(Attempt(id), own).ShouldBeTrue(id);
            Claims.Spared(Attempt(id), own).ShouldNotBeNull(id);
        }
    }

    [Fact]
    public void A_driver_that_nobody_knows_claims_nothing() =>
        Claims.Attempts.ShouldAllBe(a => !Claims.Claimed(a, new ClaimedCell("magic", NetworkMode.None, true, All)));

    [Theory]
    [InlineData("docker", NetworkMode.Host, "network.host-loopback", false)]
    [InlineData("docker", NetworkMode.Bridge, "network.host-loopback", true)]
    [InlineData("docker", NetworkMode.Bridge, "network.metadata", true)]
    [InlineData("docker", NetworkMode.Bridge, "network.internet", false)]
    [InlineData("docker", NetworkMode.Internal, "network.internet", true)]
    [InlineData("systemd", NetworkMode.Host, "neighbour.abstract-socket", false)]
    [InlineData("bubblewrap", NetworkMode.None, "network.dns", true)]
    public void The_network_decides_what_of_the_network_is_claimed(string driver, NetworkMode network, string id, bool claimed) =>
        Claims.Claimed(Attempt(id), new ClaimedCell(driver, network, true, All)).ShouldBe(claimed);

    [Fact]
    public void A_users_own_systemd_claims_no_hidden_processes()
    {
        Claims
            .Claimed(Attempt("neighbour.process-memory"), new ClaimedCell("systemd", NetworkMode.Proxy, false, All))
            .ShouldBeFalse();
        Claims
            .Claimed(Attempt("neighbour.process-memory"), new ClaimedCell("systemd", NetworkMode.Proxy, true, All))
            .ShouldBeTrue();
    }

    [Fact]
    public void A_limit_that_is_not_enforced_is_neither_claimed_nor_tried()
    {
        var open = new ClaimedCell("bubblewrap", NetworkMode.Proxy, false, EnforcedLimits.No);
        foreach (var id in new[] { "resource.processes", "resource.memory", "resource.cpu" })
        {
            Claims.Claimed(Attempt(id), open).ShouldBeFalse();
            Claims.Spared(Attempt(id), open).ShouldNotBeNull();
        }
    }

    [Fact]
    public void Nothing_that_takes_resources_is_ever_tried_at_level_none() =>
        Claims
            .Attempts.Where(a => a.Family == AttemptFamily.Resource)
            .ShouldAllBe(a => Claims.Spared(a, new ClaimedCell("host", NetworkMode.Host, true, All)) != null);

    [Fact]
    public void Nothing_leaves_the_machine_but_where_a_cell_claims_to_hold_it() =>
        Claims
            .Attempts.Where(Claims.Leaves)
            .ShouldAllBe(a => Cells().All(cell => Claims.Claimed(a, cell) == (Claims.Spared(a, cell) == null)));

    [Fact]
    public void Only_what_takes_resources_or_leaves_the_machine_is_ever_spared() =>
        Claims
            .Attempts.Where(a => a.Family != AttemptFamily.Resource && !Claims.Leaves(a))
            .ShouldAllBe(a => Cells().All(cell => Claims.Spared(a, cell) == null));

    private static Attempt Attempt(string id) => Claims.Attempts.Single(a => a.Id == id);

    private static IEnumerable<ClaimedCell> Cells() =>
        from driver in NetworkSupport.Drivers
        from network in NetworkSupport.Of(driver)
        from own in new[] { false, true }
        from limits in new[] { EnforcedLimits.No, All }
        from runtime in driver == "docker" ? new[] { null, "runsc" } : [null]
        select new ClaimedCell(driver, network, own, limits, runtime);
}
