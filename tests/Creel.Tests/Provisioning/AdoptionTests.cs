using Creel.Core;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Tests.Habitats;

namespace Creel.Tests.Provisioning;

public class AdoptionTests
{
    [Fact]
    public void What_no_habitat_takes_up_at_once_is_refused_as_a_whole_and_by_name_it_is_taken()
    {
        var habitat = Habitat.Model("{ agents: { list: [{ id: 'x' }] }, gateways: { prod: { url: 'ws://127.0.0.1:1' } } }");
        var many = Enumerable
            .Range(0, 2_000)
            .Select(i => new FoundAgent($"a{i}", new string('n', 600), $"/{new string('w', 600)}", $"agent:a{i}:main", default))
            .ToList();

        var all = Should.Throw<CreelException>(() => Adopt([])).Fault;
        (all.Kind, all.Code).ShouldBe((FaultKind.TooLarge, "import-size"));
        all.Remedy!.ShouldContain("creel agent import --gateway prod --agent ID");
        Adopt(["a1", "a1999"]).New.Select(n => n.Key).ShouldBe(["a1", "a1999"]);

        Adoption Adopt(string[] only) => Adoption.Of(habitat, habitat.ForeignGateways["prod"], many, only, null);
    }
}
