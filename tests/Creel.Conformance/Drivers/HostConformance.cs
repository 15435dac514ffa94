using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

[Substrate("host")]
public sealed class HostConformance() : HostDriverConformance(other: false);

[Substrate("host", OtherUser = true)]
public sealed class HostAsOrdinaryUserConformance() : HostDriverConformance(other: true);

public abstract class HostDriverConformance : IsolationDriverConformance
{
    private protected HostDriverConformance(bool other)
        : base("host", NetworkMode.Host, other) { }

    [SubstrateFact]
    public async Task It_says_plainly_what_it_is_not()
    {
        var print = await Driver.FingerprintAsync();
        print.ProvenIdentity.ShouldBeFalse();
        print.Notes.ShouldContain(note => note.StartsWith("no isolation"));
        print.Networks.ShouldBe([NetworkMode.Host]);
    }

    [SubstrateFact]
    public async Task A_user_of_its_own_can_not_read_what_is_the_hosts_or_a_neighbours()
    {
        if (!OwnUsers)
        {
            return;
        }

        var neighbour = Spec(Forever, "bart");
        File.WriteAllText(Path.Combine(neighbour.Workspaces[0].HostPath, "diary"), "private");
        var said = await Run(
            $"cat /etc/shadow '{neighbour.Workspaces[0].HostPath}/diary'; ls '{neighbour.StateFolder}' '{Bench.Home}'; grep CapEff /proc/self/status; id -u"
        );
        said.ShouldNotContain("private");
        said.ShouldNotContain("root:");
        said.ShouldContain("CapEff:\t0000000000000000");
    }
}
