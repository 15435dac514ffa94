using System.Text.Json.Nodes;
using Creel.Core.Provisioning.Templates;
using Shouldly;

namespace Creel.Tests.Provisioning.Templates;

/// <summary>Beside the real Jinja2.</summary>
public class DifferentialTests
{
    [Jinja2Fact]
    public void Ten_thousand_generated_templates_render_as_jinja2_renders_them() => Compare(1, 10_000, escapes: false);

    [Jinja2Fact]
    public void Escaped_as_in_the_originals_overrides_they_render_as_jinja2_renders_them() => Compare(2, 2_000, escapes: true);

    private static void Compare(int seed, int count, bool escapes)
    {
        using var jinja = new Jinja2();
        var maker = new TemplateMaker(seed);
        var json = JsonNode.Parse(TemplateMaker.Context)!.AsObject();
        var includes = JsonNode.Parse(TemplateMaker.Includes)!.AsObject();
        var context = Values.Of(json);
        var (wrong, rendered, refused) = (new List<string>(), 0, 0);
        for (var i = 0; i < count; i++)
        {
            var source = maker.Make();
            var theirs = jinja.Render(source, json, includes, escapes);
            var reading = Template.Read("t", source);
            var ours =
                reading.Template?.Render(context, name => Included(includes, name), escapes)
                ?? new TemplateRendering(null, reading.Problem);
            if ((string?)theirs["text"] is { } text)
            {
                rendered++;
                if (ours.Text != text && !IsStricter(source, ours))
                {
                    wrong.Add($"{source}\n  theirs {text}\n  ours   {ours.Text ?? ours.Problem!.ToString()}");
                }
            }
            else
            {
                refused++;
                if (!Agrees(theirs, ours))
                {
                    wrong.Add($"{source}\n  theirs {theirs.ToJsonString()}\n  ours   {ours.Text ?? ours.Problem!.ToString()}");
                }
            }
        }

        wrong.ShouldBeEmpty($"{wrong.Count} of {count}:\n{string.Join("\n", wrong.Take(25))}");
        rendered.ShouldBeGreaterThan(count / 4);
        refused.ShouldBeGreaterThan(count / 20);
    }

    /// <summary>
    /// Jinja2 does not mind an unknown filter or test in a branch that is not taken, nor a comment that is opened at the very end.
    /// </summary>
    private static bool IsStricter(string source, TemplateRendering ours) =>
        ours.Problem is { Trouble: TemplateTrouble.Unknown }
        || (
            ours.Problem is { Trouble: TemplateTrouble.Syntax }
            && source.TrimEnd('-', '+').EndsWith("{#", StringComparison.Ordinal)
        );

    /// <summary>What is refused there is refused here; what is undefined is said in the same words.</summary>
    private static bool Agrees(JsonObject theirs, TemplateRendering ours) =>
        ours.Problem is { } problem
        && (
            (string)theirs["error"]! != "undefined"
            || problem.Trouble != TemplateTrouble.Undefined
            || problem.Cause == (string)theirs["message"]!
            || ((string)theirs["message"]!).StartsWith("the inline if-expression", StringComparison.Ordinal)
        );

    private static TemplateReading? Included(JsonObject includes, string name) =>
        (string?)includes[name] is { } text ? Template.Read(name, text) : null;
}
