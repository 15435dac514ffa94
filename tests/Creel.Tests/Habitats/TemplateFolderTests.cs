using Creel.Core;

namespace Creel.Tests.Habitats;

/// <summary>A habitat's own templates are read with it.</summary>
public class TemplateFolderTests
{
    [Fact]
    public void Those_in_the_folder_take_the_place_of_ours_and_may_include_others()
    {
        var read = Files(
            ("t/SOUL.md", "{% include 'house.j2' %} {{ agent_name }}"),
            ("t/house.j2", "{% include 'door.j2' %}"),
            ("t/door.j2", "D")
        );

        var templates = Habitat.Model("{templates: './t/'}", include: read).Provisioning.Templates;

        templates.Folder.ShouldBe("t");
        templates.Own.Keys.ShouldBe(["SOUL.md", "house.j2", "door.j2"], ignoreOrder: true);
        templates.Find("SOUL.md")!.ShouldContain("house.j2");
        templates.Find("TOOLS.md")!.ShouldContain("AUTH_TOKEN");
        templates.Find("nothing").ShouldBeNull();
    }

    [Theory]
    [InlineData("a\n{% if %}", "t/SOUL.md:2:7: ")]
    [InlineData("{{ x | shout }}", "t/SOUL.md:1:8: No filter named 'shout'")]
    [InlineData(
        "{% if x %}\n{% include 'gone.md' %}{% endif %}",
        "t/SOUL.md:2:4: there is no template 'gone.md' that it could include"
    )]
    public void What_is_wrong_is_told_at_its_line_when_the_habitat_is_read(string text, string said) =>
        Habitat.Errors("{templates: 't'}", include: Files(("t/SOUL.md", text))).ShouldHaveSingleItem().ShouldStartWith(said);

    private const string School =
        "{templates: 't', boards: {school: {}}, agents: {list: [{id: 'lisa', provision: {board: 'school'}}, {id: 'moe'}]}, "
        + "gateways: {prod: {url: 'wss://x', workspaceRoot: '/w', agents: {bart: {}, ned: {files: false}}}}}";

    [Theory]
    [InlineData("{{ agent_nam }}", "t/SOUL.md:1:4: 'agent_nam' is undefined (did you mean 'agent_name'?)")]
    [InlineData(
        "x\n{% if is_board_lead == 'yes' %}{{ nobody }}{% endif %}",
        "t/SOUL.md:2:35: 'nobody' is undefined (ask first whether it is there, as in {% if x is defined %}, or give it a default, as in {{ x | default('') }})"
    )]
    [InlineData(
        "{{ board_name }}",
        "t/SOUL.md:1:4: 'board_name' is undefined, for 'bart' (ask first whether it is there, as in {% if x is defined %}, or give it a default, as in {{ x | default('') }})"
    )]
    public void A_name_that_stands_for_nothing_is_told_when_the_habitat_is_read(string text, string said) =>
        Habitat.Errors(School, include: Files(("t/SOUL.md", text))).ShouldBe([said]);

    [Theory]
    [InlineData("{% set x = 'a' %}{{ x }}{% for y in [1] %}{{ y }}{{ loop.index }}{% endfor %}")]
    [InlineData("{% if board_name is defined %}{{ board_name }}{% endif %}{{ nothing | default('') }}")]
    [InlineData("{% macro m(a) %}{{ a }}{% endmacro %}{{ m(agent_name) }}{% for n in range(2) %}{{ n }}{% endfor %}")]
    [InlineData("{% set who = 'a' %}{% include 'part.j2' %}")]
    public void What_a_template_sets_or_asks_for_with_care_is_no_mistake(string text) =>
        Habitat
            .Model(School, include: Files(("t/SOUL.md", text), ("t/part.j2", "{{ who }}")))
            .Provisioning.Templates.Own.Keys.ShouldContain("SOUL.md");

    [Fact]
    public void What_only_one_of_many_lacks_is_told_of_that_one()
    {
        const string Text =
            "{templates: 't', boards: {school: {}}, gateways: {prod: {url: 'wss://x', workspaceRoot: '/w', main: true, agents: {"
            + "a: {board: 'school'}, b: {board: 'school'}, c: {}, d: {}}}}}";
        Habitat
            .Errors(
                Text,
                include: Files(("t/SOUL.md", "{{ is_main_agent }}{{ board_name }}"), ("t/MAIN_TOOLS.md", "{{ board_id }}"))
            )
            .Select(e => e[..e.IndexOf(" (", StringComparison.Ordinal)])
            .ShouldBe(
                [
                    "t/MAIN_TOOLS.md:1:4: 'board_id' is undefined, for 'mc-gateway-prod'",
                    "t/SOUL.md:1:23: 'board_name' is undefined, for 'mc-gateway-prod'",
                ],
                ignoreOrder: true
            );
    }

    [Fact]
    public void What_is_included_is_told_at_its_own_line() =>
        Habitat
            .Errors(School, include: Files(("t/SOUL.md", "{% include 'part.j2' %}"), ("t/part.j2", "a\n{{ who }}")))
            .ShouldHaveSingleItem()
            .ShouldStartWith("t/part.j2:2:4: 'who' is undefined, for 'lisa'");

    [Fact]
    public void One_that_is_larger_than_a_template_may_be_is_told() =>
        Habitat
            .Errors("{templates: 't'}", include: Files(("t/SOUL.md", new string('x', 5 * 1024 * 1024))))
            .ShouldHaveSingleItem()
            .ShouldBe("t/SOUL.md:1:1: the template has 5242880 characters; at most 1048576 are read (make it shorter)");

    [Fact]
    public void Together_they_have_a_limit_and_so_has_their_number()
    {
        var big = new string('x', 1024 * 1024);
        string[] names = ["AGENTS", "BOOT", "SOUL", "TOOLS", "USER", "SELF", "MEMORY", "AUTONOMY", "IDENTITY"];
        Habitat
            .Errors("{templates: 't'}", include: Files([.. names.Select(n => ($"t/{n}.md", big))]))
            .ShouldHaveSingleItem()
            .ShouldContain("are more than 100, or than 8388608 characters together");
        // A chain that never ends.
        Habitat
            .Errors("{templates: 't'}", include: path => $"{{% include 'y{path[2..]}' %}}")
            .ShouldContain(e => e.Contains("are more than 100"));
    }

    [Theory]
    [InlineData("'../t'")]
    [InlineData("'/etc'")]
    [InlineData("'.'")]
    [InlineData("'t//u'")]
    public void It_lies_in_the_habitats_own_folder(string folder) =>
        Habitat
            .Errors($"{{templates: {folder}}}", include: _ => "x")
            .ShouldHaveSingleItem()
            .ShouldContain("is no folder below the habitat's own");

    [Fact]
    public void A_folder_without_one_is_told_with_their_names() =>
        Habitat
            .Errors("{templates: 't'}", include: _ => null)
            .ShouldHaveSingleItem()
            .ShouldContain("there is no template in 't', which is a folder beside the habitat: AGENTS.md, ");

    [Fact]
    public void An_agent_that_could_write_them_is_refused() =>
        Habitat
            .Errors("{templates: 't', agents: {list: [{id: 'a', workspace: '/srv/lab/t'}]}}", include: Files(("t/SOUL.md", "x")))
            .ShouldHaveSingleItem()
            .ShouldContain("holds this habitat's own files ('/srv/lab/t/SOUL.md')");

    private static Func<string, string?> Files(params (string Name, string Text)[] files) =>
        name => files.Where(f => f.Name == name).Select(f => f.Text).FirstOrDefault();
}
