using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>What a driver promises besides whose cells have mounts and a network of their own.</summary>
public abstract class SandboxConformance : OwnMountsConformance
{
    private protected SandboxConformance(string name, NetworkMode network, bool other, Elsewhere? elsewhere = null)
        : base(name, network, other, elsewhere) { }

    /// <summary>What a cell finds of the host and of a neighbour whose workspace holds the word "private".</summary>
    /// <param name="folders">Of the host, beside the neighbour's and Creel's own.</param>
    /// <param name="more">Commands after that.</param>
    private protected async Task<(string Said, CellSpec Neighbour)> LookAround(string folders, string more = "true")
    {
        var neighbour = Spec(Forever, "bart");
        var diary = Path.Combine(neighbour.Workspaces[0].HostPath, "diary");
        File.WriteAllText(diary, "private");
        await Start(neighbour);
        var said = await Run(
            $"cat /etc/shadow '{diary}' /workspace/bart/diary; ls '{neighbour.StateFolder}' '{Bench.Home}' {folders}; "
                + $"for p in /proc/[0-9]*; do cat $p/root'{diary}'; done; ls /workspace /run /run/creel; grep -c . /etc/passwd; {more}"
        );
        said.ShouldNotContain("private");
        said.ShouldNotContain("diary\n/");
        said.ShouldContain("homer");
        said.ShouldNotContain("\nbart");
        said.ShouldContain("/etc/shadow: No such file");
        return (said, neighbour);
    }

    [SubstrateFact]
    public async Task There_is_no_network_but_its_own_loopback()
    {
        var said = await Run(
            "sed -n 's/^ *\\([^ :]*\\):.*/link \\1/p' /proc/net/dev\n"
                + "perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0); bind(S, pack_sockaddr_in(18080, inet_aton(\"127.0.0.1\"))) && listen(S, 1) && print \"relay can listen\\n\"'"
        );
        said.ShouldContain("relay can listen");
        said.Split('\n').Where(line => line.StartsWith("link ")).ShouldBe(["link lo"]);
    }

    [SubstrateFact]
    public async Task A_network_that_it_does_not_offer_is_refused() =>
        await Refused(Spec(Forever) with { Network = NetworkMode.Bridge }, "network");
}
