using System.Text;
using Creel.Core.Provisioning.Templates;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;

namespace Creel.Tests.Provisioning.Templates;

/// <summary>A template is user text: whatever it is, reading and rendering it end soon, with an answer.</summary>
public class TemplateLimitTests
{
    private static readonly Dictionary<string, TemplateValue> Nothing = [];

    [Fact]
    public void Five_megabytes_are_refused_unread() =>
        Limit(new string('x', 5 * 1024 * 1024)).Cause.ShouldContain("at most 1048576");

    [Fact]
    public void Loops_in_loops_end()
    {
        var many = "{% for a in range(1000) %}";
        Limit(many + many + many + "{% endfor %}{% endfor %}{% endfor %}").Cause.ShouldContain("100000 rounds");
    }

    [Fact]
    public void A_range_of_all_numbers_ends() => Limit("{% for x in range(9000000000000000000) %}{% endfor %}");

    [Fact]
    public void Texts_that_double_end() => Limit("{% set x = 'ab' %}" + Times(60, "{% set x = x ~ x %}"));

    [Fact]
    public void Texts_that_double_by_a_filter_end() =>
        Limit("{% set x = 'aa' %}" + Times(60, "{% set x = x | replace('a', 'aa') %}"));

    [Fact]
    public void Lists_that_double_end_when_they_are_printed() =>
        Limit("{% set x = [1] %}" + Times(60, "{% set x = [x, x] %}") + "{{ x }}");

    [Fact]
    public void Lists_that_double_end_when_they_are_compared() =>
        Limit("{% set x = [1] %}{% set y = [1] %}" + Times(60, "{% set x = [x, x] %}{% set y = [y, y] %}") + "{{ x == y }}");

    [Fact]
    public void A_text_taken_a_billion_times_is_not_made() => Limit("{{ 'a' * 1000000000000 }}");

    [Fact]
    public void Powers_that_have_no_end_are_refused() => Limit("{{ 10 ** 100 ** 5 }}");

    [Fact]
    public void Looking_for_a_long_text_in_a_longer_one_ends() =>
        Limit("{% set x = 'a' * 4000000 %}{% set y = ('a' * 1000000) ~ 'b' %}{{ y in x }}");

    [Fact]
    public void A_template_that_includes_itself_ends()
    {
        var itself = Template.Read("a.md", "{% include 'a.md' %}");
        var problem = itself.Template!.Render(Nothing, _ => itself).Problem!;
        problem.Trouble.ShouldBe(TemplateTrouble.Limit);
        problem.Place.ShouldBe("a.md:1:4");
    }

    [Fact]
    public void A_macro_that_calls_itself_ends() => Limit("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}");

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("- ", "")]
    [InlineData("x[", "]")]
    [InlineData("{'a':", "}")]
    [InlineData("1 if ", "")]
    [InlineData("x|default(", ")")]
    public void What_stands_in_itself_a_hundred_thousand_times_is_refused(string open, string close) =>
        Limit($"{{{{ {Times(60_000, open)}1{Times(60_000, close)} }}}}");

    [Theory]
    [InlineData(" + 1")]
    [InlineData(" ~ 1 ~ 1 == 1")]
    [InlineData(" and 1")]
    [InlineData("|string")]
    [InlineData(".a")]
    [InlineData(" ** 1")]
    public void A_chain_of_fifty_thousand_links_gets_an_answer(string link) =>
        Answers($"{{{{ 1{Times(50_000, link)} }}}}").ShouldBeTrue();

    [Fact]
    public void Tags_in_tags_without_end_are_refused() => Limit(Times(50_000, "{% if 1 %}"));

    [Fact]
    public void A_list_that_stands_in_itself_ten_thousand_times_is_refused() =>
        Limit("{% set x = [] %}" + Times(10_000, "{% set x = [x] %}") + "{{ x }}");

    [Fact]
    public void Any_text_is_read_and_rendered_or_refused_with_its_place()
    {
        string[] pieces =
        [
            .. (string[])
                [
                    "{{",
                    "}}",
                    "{%",
                    "%}",
                    "{#",
                    "#}",
                    "-",
                    " if ",
                    " else ",
                    "endif",
                    "for x in y",
                    "endfor",
                    "set x = ",
                    "[",
                    "]",
                    "(",
                    ")",
                ],
            .. (string[])
                [
                    "{",
                    "}",
                    "'",
                    "\"",
                    "\\",
                    ".",
                    "|",
                    "upper",
                    " is ",
                    "defined",
                    "1",
                    "1.5",
                    "0x",
                    "\n",
                    "\r",
                    "é",
                    "\ud83d",
                    "raw",
                    "endraw",
                    "~",
                    "**",
                ],
        ];
        var texts = Gen.Elements(pieces).ListOf().Select(parts => string.Concat(parts));
        Prop.ForAll(Arb.From(texts), text => Answers(text)).QuickCheckThrowOnFailure();
        Prop.ForAll<string>(text => Answers(text ?? "")).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Templates_that_were_cut_or_changed_anywhere_are_refused_with_their_place()
    {
        var random = new System.Random(7);
        var maker = new TemplateMaker(3);
        for (var i = 0; i < 3_000; i++)
        {
            var text = new StringBuilder(maker.Make());
            for (var changes = random.Next(4); changes > 0 && text.Length > 0; changes--)
            {
                text[random.Next(text.Length)] = (char)random.Next(1, 0x3000);
            }

            Answers(text.ToString()).ShouldBeTrue();
        }
    }

    private static bool Answers(string text)
    {
        var reading = Template.Read("t", text);
        var problem = reading.Problem ?? reading.Template!.Render(Nothing).Problem;
        return problem is null || (problem.Line >= 1 && problem.Column >= 1 && problem.Cause.Length > 0);
    }

    private static TemplateProblem Limit(string source)
    {
        var reading = Template.Read("t", source);
        var problem = (reading.Problem ?? reading.Template!.Render(Nothing).Problem).ShouldNotBeNull();
        problem.Trouble.ShouldBe(TemplateTrouble.Limit, problem.Cause);
        return problem;
    }

    private static string Times(int count, string text) => new StringBuilder().Insert(0, text, count).ToString();
}
