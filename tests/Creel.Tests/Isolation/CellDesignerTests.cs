using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Tests.Isolation;

public class CellDesignerTests
{
    private static readonly DriverFingerprint Host = Fingerprint("host", IsolationLevel.None, [NetworkMode.Host]);
    private static readonly DriverFingerprint Bubblewrap = Fingerprint(
        "bubblewrap",
        IsolationLevel.Session,
        [NetworkMode.None, NetworkMode.Proxy]
    );

    [Fact]
    public void A_level_whose_driver_does_not_work_is_refused_and_not_made_weaker()
    {
        var broken = Bubblewrap with
        {
            Works = false,
            Sentence = "bwrap is not installed",
            Remedy = "apt-get install bubblewrap",
        };

        var designs = CellDesigner.Design(Habitat(IsolationLevel.Session), "i", [Host, broken]);

        designs.Cells.ShouldBeEmpty();
        var fault = designs.Faults.ShouldHaveSingleItem();
        fault.Kind.ShouldBe(FaultKind.Missing);
        fault.Message.ShouldContain("bwrap is not installed");
        fault.Remedy.ShouldBe("apt-get install bubblewrap");
    }

    [Theory]
    [InlineData(IsolationLevel.Container)]
    [InlineData(IsolationLevel.Vm)]
    public void A_level_without_any_driver_is_refused(IsolationLevel level) =>
        CellDesigner
            .Design(Habitat(level), "i", [Host, Bubblewrap])
            .Faults.ShouldHaveSingleItem()
            .Code.ShouldBe("level-unavailable");

    [Fact]
    public void A_driver_of_another_level_than_the_one_asked_for_is_refused() =>
        CellDesigner
            .Design(Habitat(IsolationLevel.Session, driver: "host"), "i", [Host, Bubblewrap])
            .Faults.ShouldHaveSingleItem()
            .Code.ShouldBe("driver-level");

    [Fact]
    public void A_network_that_the_driver_does_not_offer_is_refused() =>
        CellDesigner
            .Design(Habitat(IsolationLevel.Session, NetworkMode.Bridge), "i", [Host, Bubblewrap])
            .Faults.ShouldHaveSingleItem()
            .Code.ShouldBe("network-unsupported");

    [Fact]
    public void The_hosts_network_in_a_sandbox_is_a_note()
    {
        var open = Bubblewrap with { Networks = [NetworkMode.Proxy, NetworkMode.Host] };

        Notes(NetworkMode.Host).ShouldHaveSingleItem().ShouldContain("host's network");
        Notes(NetworkMode.Proxy).ShouldBeEmpty();

        IReadOnlyList<string> Notes(NetworkMode network) =>
            [
                .. CellDesigner
                    .Design(Habitat(IsolationLevel.Session, network), "i", [open])
                    .Cells.ShouldHaveSingleItem()
                    .Notes.Where(note => !note.StartsWith("claims ", StringComparison.Ordinal)),
            ];
    }

    [Fact]
    public void A_written_limit_that_is_not_enforced_is_refused_and_a_default_one_is_a_note()
    {
        var weak = Bubblewrap with { Limits = EnforcedLimits.No };

        CellDesigner
            .Design(Habitat(IsolationLevel.Session, written: true), "i", [weak])
            .Faults.ShouldHaveSingleItem()
            .Code.ShouldBe("limit-unenforceable");
        var designs = CellDesigner.Design(Habitat(IsolationLevel.Session, written: false), "i", [weak]);
        designs.Faults.ShouldBeEmpty();
        var cell = designs.Cells.ShouldHaveSingleItem();
        cell.Notes.Where(note => !note.StartsWith("claims ", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldContain("memory");
        cell.Enforced.ShouldBe(EnforcedLimits.No);
    }

    [Fact]
    public void Two_creels_on_one_machine_never_name_a_cell_alike() =>
        CellId.Of("one", "h", GroupId.Parse("bart")).ShouldNotBe(CellId.Of("two", "h", GroupId.Parse("bart")));

    private static DriverFingerprint Fingerprint(string name, IsolationLevel level, NetworkMode[] networks) =>
        new(name, level, true, "works", null, networks, new EnforcedLimits(true, true, true), true, true, []);

    private static HabitatModel Habitat(
        IsolationLevel level,
        NetworkMode network = NetworkMode.Proxy,
        string? driver = null,
        bool written = true
    )
    {
        var agent = new AgentModel
        {
            Id = AgentId.Parse("bart"),
            Name = "Bart",
            Group = GroupId.Parse("bart"),
            Default = true,
        };
        var group = new AgentGroup
        {
            Id = agent.Group,
            Level = level,
            Driver = driver,
            Network = network,
            Limits = new ResourceLimits(Memory: new Limit(1 << 28, written)),
            Agents = [agent.Id],
        };
        return new HabitatModel
        {
            Name = "h",
            Agents = [agent],
            Groups = [group],
        };
    }
}
