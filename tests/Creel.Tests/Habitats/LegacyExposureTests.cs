using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Tests.Habitats;

/// <summary>What older habitats left open: closed by default, opened again by who asks for it by name.</summary>
public class LegacyExposureTests
{
    private const string Old = """
        {"name":"T","isolation":"session","sharedPaths":["/srv/family"],"agents":[
          {"agent":"Boxed","isolation":"container"},
          {"agent":"Open","isolation":"container","network":"host"},
          {"agent":"Shut","isolation":"container","network":"internal"},
          {"agent":"Still","isolation":"container","network":"none"},
          {"agent":"Plain"},
          {"agent":"Walled","network":"internal"},
          {"agent":"Bare","isolation":"none","network":"none"},
          {"agent":"A","isolation":"container","isolationGroup":"g","network":"host"},
          {"agent":"B","isolation":"container","isolationGroup":"g"}]}
        """;

    [Fact]
    public void Hardened_nothing_is_on_the_hosts_network_and_shared_paths_are_read_only()
    {
        var reading = Read(Old, HabitatProfile.Hardened);

        Networks(reading)
            .ShouldBe([
                "bare none Host -",
                "boxed container Proxy -",
                "g container Proxy -",
                "open container Proxy -",
                "plain session Proxy -",
                "shut container Internal -",
                "still container None -",
                "walled session Proxy -",
            ]);
        reading.Model!.SharedPaths.ShouldBe([new SharedPath("/srv/family", false)]);
        Warnings(reading).Count(w => w.Contains("taken as 'proxy': --profile contract has the old way")).ShouldBe(3);
        Warnings(reading).ShouldContain(w => w.Contains("'none' was never applied at this level, and is not now"));
        Warnings(reading).ShouldNotContain(w => w.Contains("EXPOSED"));
    }

    [Fact]
    public void By_contract_it_is_as_open_as_it_was_and_says_so_of_each()
    {
        var reading = Read(Old, HabitatProfile.Contract);

        Networks(reading)
            .ShouldBe([
                "bare none Host -",
                "boxed container Host -",
                "g container Host -",
                "open container Host -",
                "plain session Host systemd",
                "shut container Internal -",
                "still container None -",
                "walled session Host systemd",
            ]);
        reading.Model!.SharedPaths.ShouldBe([new SharedPath("/srv/family", true)]);
        Warnings(reading).Count(w => w.Contains("EXPOSED: the cell ")).ShouldBe(6);
        Warnings(reading).ShouldContain(w => w.EndsWith("EXPOSED: the cell 'bare' has no walls: its level is none"));
        Warnings(reading).Count(w => w.Contains("EXPOSED: every cell may write in '/srv/family'")).ShouldBe(1);
    }

    [Fact]
    public void Where_all_is_as_it_is_written_there_is_no_contract()
    {
        var reading = Read("{ name: 'h', agents: { list: [{ id: 'bart' }] } }", HabitatProfile.Contract);

        reading.Model.ShouldBeNull();
        reading.Problems.ShouldContain(p => p.Message.Contains("'contract' is for the older formats"));
    }

    private static HabitatReading Read(string text, HabitatProfile profile) =>
        HabitatReader.Read(new HabitatInput { Main = new HabitatSource("habitat.json", text), Profile = profile });

    private static IEnumerable<string> Networks(HabitatReading reading) =>
        reading.Model!.Groups.Select(g => $"{g.Id} {g.Level.ToString().ToLowerInvariant()} {g.Network} {g.Driver ?? "-"}");

    private static IReadOnlyList<string> Warnings(HabitatReading reading) =>
        [.. reading.Problems.Where(p => p.Severity == Severity.Warning).Select(p => p.Message)];
}
