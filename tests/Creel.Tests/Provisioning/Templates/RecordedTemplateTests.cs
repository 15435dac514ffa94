using System.Text.Json.Nodes;
using Creel.Core.Provisioning.Templates;
using Shouldly;

namespace Creel.Tests.Provisioning.Templates;

/// <summary>What Jinja2 made of templates, and said of wrong ones.</summary>
public class RecordedTemplateTests
{
    [RecordedProvisioningFact]
    public void Templates_render_as_recorded() => Replay("jinja_conformance", escapes: false);

    [RecordedProvisioningFact]
    public void Overrides_of_the_original_are_escaped_as_recorded() => Replay("jinja_string_template_autoescape", escapes: true);

    private static void Replay(string group, bool escapes)
    {
        var recorded = RecordedProvisioningFactAttribute.Cases[group]!.AsObject();
        var context = Values.Of(recorded["context"]!.AsObject());
        var includes = recorded["includes"]!.AsObject();
        var cases = recorded["cases"]!.AsArray();
        cases.Count.ShouldBeGreaterThan(10);
        var wrong = new List<string>();
        foreach (var one in cases)
        {
            var source = (string)one!["template"]!;
            var reading = Template.Read("t", source);
            var rendering = reading.Template?.Render(context, Find, escapes) ?? new TemplateRendering(null, reading.Problem);
            var got = rendering.Text ?? $"{Error(rendering.Problem!)}: {rendering.Problem!.Cause}";
            var wanted = (string?)one["rendered"] ?? $"{(string)one["error"]!}: {(string)one["message"]!}";
            if (got != wanted)
            {
                wrong.Add($"{source}\n  wanted {wanted}\n  got    {got}");
            }
        }

        wrong.ShouldBeEmpty(string.Join("\n", wrong));

        TemplateReading? Find(string name) => (string?)includes[name] is { } text ? Template.Read(name, text) : null;
    }

    private static string Error(TemplateProblem problem) =>
        problem.Trouble switch
        {
            TemplateTrouble.Undefined => "UndefinedError",
            TemplateTrouble.Syntax => "TemplateSyntaxError",
            TemplateTrouble.Unknown => "TemplateAssertionError",
            TemplateTrouble.NotFound => "TemplateNotFound",
            var other => other.ToString(),
        };
}
