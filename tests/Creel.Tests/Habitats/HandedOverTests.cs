using Creel.Adapters.Files;

namespace Creel.Tests.Habitats;

public class HandedOverTests
{
    private const string Swap = "which could put a link to anything in its place: name folders beside each other";

    [Fact]
    public void A_workspace_in_a_shared_folder_that_is_writable_is_refused_at_its_place() =>
        Habitat
            .Errors("{sharedPaths: [{path: '/srv/fam', mode: 'rw'}],\nagents: {list: [{id: 'a', workspace: '/srv/fam/solo'}]}}")
            .ShouldBe([
                $"h.json5:2:38 agents.list[0].workspace: '/srv/fam/solo' lies in a shared path that a cell writes ('/srv/fam', h.json5:1:16), {Swap}",
            ]);

    [Theory]
    [InlineData("{sharedPaths: [{path: '/srv/a', mode: 'rw'}, '/srv/a/b']}", "sharedPaths[1]")]
    [InlineData("{sharedPaths: ['/srv/w/b'], agents: {list: [{id: 'a', workspace: '/srv/w'}]}}", "sharedPaths[0]")]
    [InlineData(
        "{sharedPaths: [{path: '/srv/w/b', mode: 'rw'}], agents: {list: [{id: 'a', workspace: '/srv/w'}]}}",
        "sharedPaths[0]"
    )]
    [InlineData(
        "{sharedPaths: [{path: '/srv/w', mode: 'rw'}], agents: {list: [{id: 'a', workspace: '/srv/w'}]}}",
        "sharedPaths[0]"
    )]
    [InlineData(
        "{sharedPaths: [{path: '/srv/a', mode: 'rw'}], agents: {list: [{id: 'a', brain: {kind: 'openclaw', path: '/srv/a/claw'}}]}}",
        "agents.list[0].brain.path"
    )]
    public void What_a_cell_could_replace_by_a_link_is_handed_to_none(string habitat, string where) =>
        Habitat.Errors(habitat).ShouldContain(error => error.Contains($" {where}: ") && error.Contains(Swap));

    [Theory]
    [InlineData("{sharedPaths: ['/srv/fam'], agents: {list: [{id: 'a', workspace: '/srv/fam/solo'}]}}")]
    [InlineData("{sharedPaths: ['/srv/a', '/srv/a/b', {path: '/srv/ab', mode: 'rw'}]}")]
    [InlineData("{sharedPaths: ['/srv/lab'], agents: {list: [{id: 'a', workspace: 'ws'}]}}")]
    public void What_nobody_can_replace_may_be_handed_over(string habitat) => Habitat.Model(habitat);

    [Theory]
    [InlineData("{agents: {list: [{id: 'a', workspace: '.'}]}}")]
    [InlineData("{agents: {list: [{id: 'a', workspace: '/srv'}]}}")]
    [InlineData("{sharedPaths: [{path: '/srv/lab', mode: 'rw'}]}")]
    public void A_habitats_own_folder_is_nowhere_that_a_cell_writes(string habitat) =>
        Habitat.Errors(habitat).ShouldContain(error => error.Contains("holds this habitat's own files ('/srv/lab')"));

    [Fact]
    public void What_a_habitat_includes_is_nowhere_that_a_cell_writes() =>
        Habitat
            .Errors("{$include: 'ws/more.json5', agents: {list: [{id: 'a', workspace: 'ws'}]}}", include: _ => "{name: 'x'}")
            .ShouldBe([
                "h.json5:1:66 agents.list[0].workspace: '/srv/lab/ws' holds this habitat's own files ('/srv/lab/ws/more.json5'), and an agent "
                    + "that writes them writes its own walls: name a folder that has none of them",
            ]);

    [Fact]
    public void Where_a_habitats_files_really_are_counts_as_well_as_where_they_are_found()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path + "/real");
        File.WriteAllText(folder.Path + "/real/h.json5", $"{{agents: {{list: [{{id: 'a', workspace: '{folder.Path}/real'}}]}}}}");
        Directory.CreateDirectory(folder.Path + "/named");
        File.CreateSymbolicLink(folder.Path + "/named/h.json5", "../real/h.json5");
        var variables = HabitatVariables.All(new Dictionary<string, string>());
        var reading = new HabitatFiles(folder.Path + "/named/h.json5", variables, "/home/ann").Read().Reading;
        reading.Problems.ShouldContain(p => p.Message.Contains("/real/h.json5')"));
    }
}
