using System.Text;
using Creel.Core.Provisioning.Templates;
using Shouldly;

namespace Creel.Tests.Provisioning.Templates;

/// <summary>Whatever makes, copies or looks at much is counted: a short template can't hold the server, nor fill its memory.</summary>
public class TemplateWorkTests
{
    private const string TooMuch = "rendering takes too much work";

    private static readonly Dictionary<string, TemplateValue> Nothing = [];

    private static readonly string Members = string.Join(", ", Enumerable.Range(0, 5_000).Select(n => $"'k{n}': {n}"));

    private static readonly string Known =
        "{% set l = range(99000) %}{% set k = range(99000) %}{% set t = 'x' * 100000 %}{% set u = 'x' * 100000 %}"
        + $"{{% set s = ' ' * 100000 %}}{{% set m = {{{Members}}} %}}{{% set n = {{{Members}}} %}}";

    [Theory]
    [InlineData("l | reverse")]
    [InlineData("l | list")]
    [InlineData("l | sort")]
    [InlineData("l | unique")]
    [InlineData("l | join | length")]
    [InlineData("l | string")]
    [InlineData("l[1:]")]
    [InlineData("l[::-1]")]
    [InlineData("l + []")]
    [InlineData("l * 1")]
    [InlineData("l == k")]
    [InlineData("l < k")]
    [InlineData("-1 in l")]
    [InlineData("range(90000)")]
    [InlineData("m | list")]
    [InlineData("m | first")]
    [InlineData("m | items")]
    [InlineData("m | string")]
    [InlineData("m.items()")]
    [InlineData("m.keys()")]
    [InlineData("m.values()")]
    [InlineData("m == n")]
    [InlineData("m | join")]
    [InlineData("m[t] is defined")]
    [InlineData("m.get(t)")]
    [InlineData("t in m")]
    [InlineData("{t: 1}")]
    [InlineData("t | list")]
    [InlineData("t | upper")]
    [InlineData("t | lower")]
    [InlineData("t | capitalize")]
    [InlineData("t | reverse")]
    [InlineData("t | length")]
    [InlineData("t | indent")]
    [InlineData("t | replace('x', '')")]
    [InlineData("t | replace('', '')")]
    [InlineData("t | replace('y', '')")]
    [InlineData("t | trim('x')")]
    [InlineData("'' | trim(t)")]
    [InlineData("s | trim")]
    [InlineData("s | int")]
    [InlineData("t | e")]
    [InlineData("t is lower")]
    [InlineData("t is upper")]
    [InlineData("t == u")]
    [InlineData("t < u")]
    [InlineData("'y' in t")]
    [InlineData("[t] | sort")]
    [InlineData("[t] | unique")]
    [InlineData("[t] | string | length")]
    [InlineData("l[[t]] is defined")]
    [InlineData("t[-1]")]
    [InlineData("t[1:]")]
    [InlineData("t ~ ''")]
    [InlineData("t + ''")]
    [InlineData("t * 1")]
    public void What_costs_much_is_not_done_without_end(string expression) =>
        Stops($"{Known}{{% for i in range(50000) %}}{{% set y = {expression} %}}{{% endfor %}}");

    [Fact]
    public void A_long_list_is_not_turned_a_thousand_times() =>
        Stops("{% set l = range(99000) %}{% for i in range(1200) %}{% set y = l|reverse %}{% endfor %}");

    [Fact]
    public void Fifteen_hundred_copies_of_a_long_list_are_not_kept() =>
        Stops(
            "{% set l = range(99000) %}" + string.Concat(Enumerable.Range(0, 1500).Select(n => $"{{% set a{n} = l|reverse %}}"))
        );

    [Fact]
    public void A_long_text_is_not_kept_in_many_blocks() =>
        Stops(
            "{% set t = 'x' * 4000000 %}"
                + string.Concat(Enumerable.Range(0, 90).Select(n => $"{{% set a{n} %}}{{{{ t }}}}"))
                + Times(90, "{% endset %}")
        );

    [Fact]
    public void A_long_literal_is_not_kept_in_many_blocks() =>
        Stops("{% for i in range(90000) %}{% set a %}" + new string('x', 100_000) + "{% endset %}{% endfor %}");

    [Fact]
    public void A_long_name_is_not_read_without_end()
    {
        var name = new string('x', 100_000);
        Stops($"{{% set {name} = 1 %}}{{% for i in range(50000) %}}{{% set y = {name} %}}{{% endfor %}}");
        Stops($"{{% for i in range(50000) %}}{{% set {name} = 1 %}}{{% endfor %}}");
        Stops($"{{% set m = {{}} %}}{{% for i in range(50000) %}}{{% set y = m.{name} is defined %}}{{% endfor %}}");
        Stops($"{{% for i in range(50000) %}}{{% include '{name}' ignore missing %}}{{% endfor %}}");
    }

    [Fact]
    public void A_name_is_not_looked_for_through_many_loops_without_end() =>
        Stops(
            "{% set x = 1 %}"
                + Times(90, "{% for a in [1] %}")
                + "{% for i in range(90000) %}{% set y = x %}{% endfor %}"
                + Times(90, "{% endfor %}")
        );

    [Fact]
    public void A_macro_that_takes_much_is_not_called_without_end()
    {
        var names = Enumerable.Range(0, 5_000).Select(n => $"a{n}").ToList();
        var macro = $"{{% macro m({string.Join(", ", names)}) %}}{{% endmacro %}}";
        Stops(macro + "{% for i in range(50000) %}{% set y = m() %}{% endfor %}");
        Stops($"{macro}{{{{ m({string.Join(", ", names.Select(n => n + "=1"))}) }}}}");
    }

    [Fact]
    public void Tuples_that_double_end_when_it_is_asked_whether_they_are_unique() =>
        Stops("{% set x = (1,) %}" + Times(60, "{% set x = (x, x) %}") + "{{ [x] | unique | length }}");

    [Fact]
    public void What_takes_long_nevertheless_ends_by_the_clock()
    {
        var limits = new TemplateLimits { Clock = new QuickTime() };
        var slow = "one\n{% for i in range(90000) %}{% set y = i + i %}{% endfor %}";
        var problem = Template.Read("t", slow, limits).Template!.Render(Nothing).Problem.ShouldNotBeNull();
        problem.Trouble.ShouldBe(TemplateTrouble.Time);
        problem.Cause.ShouldBe("rendering takes more than 10 seconds");
        problem.Line.ShouldBe(2);
        problem.ToFault().Code.ShouldBe("template-time");
    }

    [Fact]
    public void Whatever_is_made_of_long_lists_and_texts_is_counted()
    {
        var limits = new TemplateLimits { Work = 200_000 };
        var (rendered, refused) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var maker = new WorkMaker(seed);
            var source = maker.Make();
            var allowance = new TemplateAllowance();
            var rendering = Template.Read("t", source, limits).Template!.Render(Nothing, together: allowance);
            if (rendering.Problem is { } problem)
            {
                refused++;
                problem.Trouble.ShouldBe(TemplateTrouble.Limit, $"{source}\n{problem.Cause}");
                continue;
            }

            rendered++;
            allowance.Worked.ShouldBeGreaterThanOrEqualTo(maker.Made, source);
            maker.Made.ShouldBeLessThanOrEqualTo(limits.Work, source);
        }

        rendered.ShouldBeGreaterThan(100);
        refused.ShouldBeGreaterThan(20);
    }

    private static void Stops(string source)
    {
        var reading = Template.Read("t", source);
        var problem = reading.Template.ShouldNotBeNull(reading.Problem?.Cause).Render(Nothing).Problem.ShouldNotBeNull();
        problem.Cause.ShouldBe(TooMuch);
        problem.Trouble.ShouldBe(TemplateTrouble.Limit);
    }

    private static string Times(int count, string text) => new StringBuilder().Insert(0, text, count).ToString();

    /// <summary>A second has gone by whenever it is asked.</summary>
    private sealed class QuickTime : TimeProvider
    {
        private long now;

        public override long GetTimestamp() => now += TimestampFrequency;
    }
}
