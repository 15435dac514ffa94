using Creel.Core.Provisioning.Templates;
using Shouldly;

namespace Creel.Tests.Provisioning.Templates;

public class TemplateProblemTests
{
    private static readonly Dictionary<string, TemplateValue> Ada = new() { ["name"] = TemplateValue.Of("Ada") };

    [Theory]
    [InlineData("one\n{{ nam }}", "SOUL.md:2:4", TemplateTrouble.Undefined)]
    [InlineData("one\ntwo {% if name %}", "SOUL.md:2:18", TemplateTrouble.Syntax)]
    [InlineData("{{ name | shout }}", "SOUL.md:1:11", TemplateTrouble.Unknown)]
    [InlineData("{{ name is loud }}", "SOUL.md:1:12", TemplateTrouble.Unknown)]
    [InlineData("{% extends 'x' %}", "SOUL.md:1:4", TemplateTrouble.Unknown)]
    [InlineData("{% include name %}", "SOUL.md:1:12", TemplateTrouble.Syntax)]
    [InlineData("{% include 'x.md' %}", "SOUL.md:1:4", TemplateTrouble.NotFound)]
    [InlineData("{{ 1 // 0 }}", "SOUL.md:1:6", TemplateTrouble.Value)]
    [InlineData("{{ name + 1 }}", "SOUL.md:1:9", TemplateTrouble.Value)]
    [InlineData("{# never", "SOUL.md:1:1", TemplateTrouble.Syntax)]
    [InlineData("{% raw %}", "SOUL.md:1:1", TemplateTrouble.Syntax)]
    [InlineData("{{ 'open }}", "SOUL.md:1:4", TemplateTrouble.Syntax)]
    [InlineData("{{ '\\x4' }}", "SOUL.md:1:4", TemplateTrouble.Syntax)]
    [InlineData("{{ 99999999999999999999 }}", "SOUL.md:1:4", TemplateTrouble.Limit)]
    public void Each_is_told_at_its_place(string source, string place, TemplateTrouble trouble)
    {
        var reading = Template.Read("SOUL.md", source);
        var problem = (reading.Problem ?? reading.Template!.Render(Ada).Problem).ShouldNotBeNull();
        problem.Place.ShouldBe(place, problem.Cause);
        problem.Trouble.ShouldBe(trouble);
        problem.ToFault().Message.ShouldStartWith(place);
    }

    [Fact]
    public void What_is_wrong_in_an_included_template_is_told_of_that_one()
    {
        var reading = Template.Read("a.md", "\n\n{% include 'b.md' %}");
        reading.Template!.Render(Ada, name => Template.Read(name, "x\n {{ y }}")).Problem!.Place.ShouldBe("b.md:2:5");
        reading.Template!.Render(Ada, name => Template.Read(name, "x\n {{ y")).Problem!.Place.ShouldBe("b.md:2:6");
    }

    [Fact]
    public void A_value_that_looks_like_a_template_is_a_text()
    {
        var sly = new Dictionary<string, TemplateValue>
        {
            ["name"] = TemplateValue.Of("{{ auth_token }}{% include '/etc/passwd' %}"),
        };
        Template.Read("t", "{{ name }}").Template!.Render(sly).Text.ShouldBe("{{ auth_token }}{% include '/etc/passwd' %}");
    }

    [Theory]
    [InlineData("{{ ''.__class__.__mro__ }}")]
    [InlineData("{{ name.__init__.__globals__ }}")]
    [InlineData("{{ self.__init__ }}")]
    [InlineData("{{ cycler.__init__ }}")]
    [InlineData("{{ (name | e).__class__ }}")]
    [InlineData("{{ range.__call__ }}")]
    [InlineData("{% for x in [1] %}{{ loop.__class__ }}{% endfor %}")]
    public void Nothing_of_the_program_can_be_reached(string source) =>
        Template.Read("t", source).Template!.Render(Ada).Problem!.Trouble.ShouldBe(TemplateTrouble.Undefined);
}
