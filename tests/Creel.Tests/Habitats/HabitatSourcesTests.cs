using Creel.Core.Habitats;

namespace Creel.Tests.Habitats;

/// <summary>Several files that make one habitat.</summary>
public class HabitatSourcesTests
{
    [Fact]
    public void The_local_file_adds_agents_and_keys()
    {
        var habitat = Habitat.Model(
            "{name: 'x', agents: {list: [{id: 'a'}]}}",
            "{agents: {defaults: {model: 'm/n'}, list: [{id: 'a', name: 'Ann'}, {id: 'b', isolation: 'vm'}]}, groups: {}}"
        );
        habitat.Agents.Select(a => (a.Id.Value, a.Name, a.Model)).ShouldBe([("a", "Ann", "m/n"), ("b", "b", "m/n")]);
    }

    [Theory]
    [InlineData("{name: 'y'}", "h.local.json5:1:2 name: 'name' is in h.json5:1:2 already: say it in one of them only")]
    [InlineData(
        "{agents: {list: [{id: 'a', name: 'B'}]}}",
        "h.local.json5:1:28 agents.list[0].name: 'name' is in h.json5:1:39 already: say it in one of them only"
    )]
    [InlineData(
        "{sharedPaths: []}",
        "h.local.json5:1:2 sharedPaths: 'sharedPaths' is in h.json5:1:56 already: say it in one of them only"
    )]
    [InlineData(
        "{agents: {list: [{id: 'c'}, {id: 'c'}]}}",
        "h.local.json5:1:34 agents.list[1].id: the agent 'c' is there twice; the first is at h.local.json5:1:23"
    )]
    [InlineData("{agents: 3}", "h.local.json5:1:2 agents: 'agents' is in h.json5:1:13 already: say it in one of them only")]
    [InlineData("[", "h.local.json5:1:1: this array is never closed: ']' is missing")]
    public void The_same_key_in_both_files_is_an_error(string local, string error) =>
        Habitat
            .Errors("{name: 'x', agents: {list: [{id: 'a', name: 'A'}]},    sharedPaths: ['/srv/x']}", local)
            .First()
            .ShouldBe(error);

    [Fact]
    public void Included_files_are_merged_as_openclaw_does_it()
    {
        var files = new Dictionary<string, string>
        {
            ["agents/all.json5"] = "{ defaults: { model: 'a/b' }, list: [{ $include: 'ann.json5' }] }",
            ["agents/ann.json5"] = "{ id: 'ann', name: 'Ann', $include: '../more.json5' }",
            ["more.json5"] = "{ name: 'Other', default: true }",
            ["two.json5"] = "{ list: [{ id: 'bob' }], defaults: { model: 'c/d' } }",
        };
        var habitat = Habitat.Model(
            "{agents: {$include: ['agents/all.json5', './two.json5']}}",
            include: files.GetValueOrDefault
        );
        habitat
            .Agents.Select(a => (a.Id.Value, a.Name, a.Model, a.Default))
            .ShouldBe([("ann", "Ann", "c/d", true), ("bob", "bob", "c/d", false)]);
        var wrong = Habitat.Errors("{$include: 'x.json5'}", include: _ => "{\nagents: {list: [{id: 'Q'}]}}").Single();
        wrong.ShouldStartWith("x.json5:2:22 agents.list[0].id: 'Q' is not an agent id");
    }

    [Theory]
    [InlineData("'a.json5'", "includes itself: a.json5 → a.json5")]
    [InlineData("'none.json5'", "there is no file 'none.json5'")]
    [InlineData("'/etc/passwd'", "is outside the habitat's folder")]
    [InlineData("'../x.json5'", "is outside the habitat's folder")]
    [InlineData("'sub/../../x.json5'", "is outside the habitat's folder")]
    [InlineData("'big.json5'", "is larger than 2 MiB")]
    [InlineData("5", "takes a file name or an array of them, got a number")]
    [InlineData("'list.json5'", "a habitat is an object, not an array")]
    public void A_wrong_include_is_told(string include, string error)
    {
        var files = new Dictionary<string, string>
        {
            ["a.json5"] = "{$include: 'a.json5'}",
            ["big.json5"] = new(' ', 3_000_000),
            ["list.json5"] = "[]",
        };
        Habitat
            .Errors($"{{$include: {include}}}", include: files.GetValueOrDefault)
            .ShouldContain(e => e.Contains(error, StringComparison.Ordinal));
    }

    [Fact]
    public void Includes_that_multiply_come_to_an_end()
    {
        var loaded = 0;
        Habitat
            .Errors("{$include: ['1', '1', '1']}", include: Three)
            .ShouldContain(e => e.Contains("more than 10 deep, or more than 200 in all", StringComparison.Ordinal));
        loaded.ShouldBe(200);

        string Three(string name)
        {
            loaded++;
            return $"{{$include: [{string.Join(',', Enumerable.Repeat($"'{int.Parse(name) + 1}'", 3))}]}}";
        }
    }
}
