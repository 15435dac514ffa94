namespace Creel.Core.Provisioning.Templates;

/// <summary>What can be said of a template before it is rendered.</summary>
public static class TemplateCheck
{
    /// <param name="isThere">Whether there is a template of a name, for what it includes.</param>
    /// <returns>Null: nothing is wrong with how it is written, and what it includes is there.</returns>
    public static TemplateProblem? Problem(string name, string source, Func<string, bool> isThere)
    {
        var reading = Template.Read(name, source);
        return reading.Problem
            ?? Inside(reading.Template!.Body)
                .OfType<Statement.Include>()
                .Where(include => !include.MayMiss && !isThere(include.Name))
                .Select(include => new TemplateProblem(
                    TemplateTrouble.NotFound,
                    name,
                    include.At.Line,
                    include.At.Column,
                    $"there is no template {Slug.Quote(include.Name)} that it could include"
                ))
                .FirstOrDefault();
    }

    /// <summary>The names that nothing stands for, in no agent's files and in no branch: they are misspelt. None where it can't be read.</summary>
    /// <param name="known">Those that agents' files are rendered with, and those that other templates set which may include it.</param>
    public static IEnumerable<TemplateProblem> Unknown(string name, string source, IReadOnlySet<string> known)
    {
        var names = TemplateNames.Of(Template.Read(name, source).Template?.Body ?? []);
        return names
            .Asked.Where(asked => !known.Contains(asked.Id) && !names.Own.Contains(asked.Id))
            .Select(asked => new TemplateProblem(
                TemplateTrouble.Undefined,
                name,
                asked.At.Line,
                asked.At.Column,
                $"'{asked.Id}' is undefined",
                Spelling.Closest(asked.Id, known) is { } close ? $"did you mean '{close}'?" : Wording.Undefined
            ));
    }

    /// <summary>The names that it gives values itself, or asks for with care, if it can be read.</summary>
    public static IReadOnlySet<string> Own(string source) => TemplateNames.Of(Template.Read("", source).Template?.Body ?? []).Own;

    /// <summary>The names of those that it includes, if it can be read.</summary>
    public static IEnumerable<string> Included(string source) =>
        Inside(Template.Read("", source).Template?.Body ?? []).OfType<Statement.Include>().Select(include => include.Name);

    /// <summary>However deep: tags stand in one another at most as deep as <see cref="TemplateLimits"/> says.</summary>
    private static IEnumerable<Statement> Inside(IEnumerable<Statement> body) =>
        body.SelectMany(statement => Inside(Parts(statement)).Prepend(statement));

    private static IEnumerable<Statement> Parts(Statement statement) =>
        statement switch
        {
            Statement.If choice => choice.Branches.SelectMany(b => b.Body).Concat(choice.Else),
            Statement.For loop => loop.Body.Concat(loop.Else),
            Statement.Capture capture => capture.Body,
            Statement.Macro macro => macro.Body,
            _ => [],
        };
}
