using System.CommandLine;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Templates;
using Creel.Terminal;

namespace Creel.Commands.Templates;

/// <summary><c>creel template check [FILE|DIR…]</c>: every template is read; each that is wrong is told at its place; 0 or 1.</summary>
internal static class CheckCommand
{
    public static Command Build(Cli cli)
    {
        var paths = new Argument<string[]>("FILE")
        {
            Description = "Templates, and folders of them (*.md, *.j2); without one, those that come with Creel",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("check", "Check templates, and the names in them; exit 0, or 1 with what is wrong at its place")
        {
            paths,
        };
        return cli.Runs(command, (call, _) => Task.FromResult(Run(call, call.Optional(paths) ?? [])));
    }

    private static int Run(Call call, string[] paths)
    {
        List<(string Name, string Text)> all =
            paths.Length == 0
                ? [.. OurTemplates.Names.Select(name => (name, OurTemplates.Find(name)!))]
                : [.. paths.SelectMany(path => TemplateFiles.Find(call, path))];
        // One may include another, and sees then what that one sets.
        var known = Contexts.Names.Concat(all.SelectMany(t => TemplateCheck.Own(t.Text))).ToHashSet(StringComparer.Ordinal);
        List<TemplateProblem> problems =
        [
            .. all.SelectMany(t =>
                TemplateCheck.Problem(t.Name, t.Text, other => IsThere(call, t.Name, other)) is { } wrong
                    ? [wrong]
                    : TemplateCheck.Unknown(t.Name, t.Text, known)
            ),
        ];
        if (call.Json)
        {
            call.Print(
                new
                {
                    valid = problems.Count == 0,
                    templates = all.Count,
                    problems,
                }
            );
        }
        else if (problems.Count == 0)
        {
            call.Say($"{Words.Count(all.Count, "template", "templates")}: valid");
        }
        else
        {
            foreach (var problem in problems)
            {
                var remedy = problem.Remedy is null ? "" : $" ({problem.Remedy})";
                call.Note(PlainText.Line($"{problem.Place}: {problem.Cause}{remedy}", 2000));
            }
        }

        foreach (var unused in call.Json ? [] : Unused(all))
        {
            call.Note(unused);
        }

        return problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Negative;
    }

    /// <summary>One of ours, or one beside it.</summary>
    private static bool IsThere(Call call, string name, string other) =>
        OurTemplates.Find(other) is not null
        || File.Exists(Path.Combine(Path.GetDirectoryName(call.FullPath(name)) ?? "/", other));

    /// <summary>A template by a name that is nearly one of ours, which no other includes: it would take nothing's place.</summary>
    private static IEnumerable<string> Unused(IReadOnlyList<(string Name, string Text)> all)
    {
        var included = all.SelectMany(t => TemplateCheck.Included(t.Text)).ToHashSet(StringComparer.Ordinal);
        var ours = OurTemplates.Names.ToDictionary(name => name.ToLowerInvariant());
        foreach (var name in all.Select(t => t.Name))
        {
            var file = Path.GetFileName(name);
            if (
                Nearest.To(file, ours.Keys) is { } meant
                && OurTemplates.Find(file) is null
                && !FileRules.Usual.Contains(file)
                && !included.Contains(file)
            )
            {
                yield return PlainText.Line($"note: {name} takes no template's place; did you mean '{ours[meant]}'?");
            }
        }
    }
}
