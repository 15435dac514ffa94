using Creel.Core.Habitats.Json5;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Templates;

namespace Creel.Core.Habitats.Provisioning;

/// <summary><c>templates</c>: a folder of them beside the habitat. Each is read with the habitat, and what is wrong with it is told at its line.</summary>
/// <param name="load">The text of a file in the habitat's folder, links out of it not followed; null: there is none.</param>
internal sealed class TemplateFolderReader(Func<string, string?>? load, Findings findings)
{
    private const int MostFiles = 100;
    private const long MostCharacters = 8L * 1024 * 1024;

    private static readonly IReadOnlyList<string> Names =
    [
        .. FileRules
            .Usual.SelectMany(file => Enum.GetValues<AgentKind>().Select(kind => FileRules.Template(file, kind)))
            .Concat(FileRules.Usual)
            .Concat(OurTemplates.Names)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Those that were found, below the habitat's folder.</summary>
    public IReadOnlyList<string> Files { get; private set; } = [];

    public TemplatesModel Read(Fields top)
    {
        if (top.Text("templates") is not { } written)
        {
            return TemplatesModel.Ours;
        }

        var at = top.PlaceOf("templates");
        var folder = written.StartsWith("./", StringComparison.Ordinal) ? written[2..].TrimEnd('/') : written.TrimEnd('/');
        if (folder.Length == 0 || folder.Split('/').Any(part => part is "" or "." or ".."))
        {
            findings.Error(at, $"{Slug.Quote(written)} is no folder below the habitat's own, as in \"templates\"");
            return TemplatesModel.Ours;
        }

        var own = Load(folder, at);
        Files = [.. own.Keys.Select(name => $"{folder}/{name}")];
        var model = new TemplatesModel(folder, own);
        var known = Contexts.Names.Concat(own.Values.SelectMany(TemplateCheck.Own)).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, text) in own.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            var file = $"{folder}/{name}";
            var wrong = TemplateCheck.Problem(file, text, other => model.Find(other) is not null);
            // What is only included may be told more by who includes it: that is seen when it is rendered.
            var unknown = Names.Contains(name) ? TemplateCheck.Unknown(file, text, known) : [];
            foreach (var problem in wrong is null ? unknown : [wrong])
            {
                var remedy = problem.Remedy is null ? "" : $" ({problem.Remedy})";
                findings.Add([
                    new Problem(Severity.Error, problem.File, problem.Line, problem.Column, "", $"{problem.Cause}{remedy}"),
                ]);
            }
        }

        if (own.Count == 0 && !findings.TellsOf(at))
        {
            findings.Error(
                at,
                $"there is no template in {Slug.Quote(folder)}, which is a folder beside the habitat: {string.Join(", ", Names)}"
            );
        }

        return model;
    }

    /// <summary>Those that agents' files are made of, and what they include.</summary>
    private Dictionary<string, string> Load(string folder, Json5Place at)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        var (seen, next) = (new HashSet<string>(Names, StringComparer.Ordinal), new Queue<string>(Names));
        var characters = 0L;
        while (next.TryDequeue(out var name))
        {
            if (load?.Invoke($"{folder}/{name}") is not { } text)
            {
                continue;
            }

            own[name] = text;
            characters += text.Length;
            if (own.Count > MostFiles || characters > MostCharacters)
            {
                findings.Error(
                    at,
                    $"the templates in {Slug.Quote(folder)} are more than {MostFiles}, or than {MostCharacters} characters together"
                );
                return own;
            }

            foreach (var other in TemplateCheck.Included(text).Where(o => FileRules.IsPlainName(o) && seen.Add(o)))
            {
                next.Enqueue(other);
            }
        }

        return own;
    }
}
