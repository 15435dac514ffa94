using Creel.Core.Provisioning.Templates;

namespace Creel.Core.Provisioning;

/// <summary>From an agent's context to its files. It reads each template once.</summary>
/// <param name="source">A template's text; null: there is none of that name.</param>
/// <param name="wrong">Told what is wrong with a template, which makes no file then; null: it is thrown.</param>
/// <param name="allowance">What all the files that it renders may take together; null: the usual.</param>
public sealed class FileRenderer(
    ProvisioningMode mode,
    Func<string, string?> source,
    Action<TemplateProblem>? wrong = null,
    TemplateAllowance? allowance = null
)
{
    private const string Memory = "# MEMORY\n\nBootstrap pending.\n";
    private readonly TemplateAllowance together = allowance ?? new TemplateAllowance();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TemplateReading?> readings = new(
        StringComparer.Ordinal
    );

    /// <param name="names">In any order; a name that is no file's, as a gateway may send one, is left out.</param>
    /// <returns>By name, in their order. The original has an empty text where there is no template; we have none.</returns>
    /// <exception cref="CreelException">A template is wrong; the message has its place.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> Render(
        AgentSheet agent,
        AgentKind kind,
        IReadOnlyDictionary<string, string> context,
        IEnumerable<string> names,
        bool bootstrap
    )
    {
        var values = context.ToDictionary(c => c.Key, c => TemplateValue.Of(c.Value), StringComparer.Ordinal);
        var files = new List<KeyValuePair<string, string>>();
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Where(IsTaken))
        {
            if ((name != FileRules.Bootstrap || bootstrap) && Text(agent, kind, name, values) is { } text)
            {
                files.Add(new(name, text));
            }
        }

        return files;
    }

    /// <summary>One file; null where it has no template.</summary>
    /// <exception cref="CreelException">Its template is wrong; the message has its place.</exception>
    private string? Text(AgentSheet agent, AgentKind kind, string name, Dictionary<string, TemplateValue> values)
    {
        var own = name switch
        {
            "IDENTITY.md" => agent.IdentityTemplate,
            "SOUL.md" => agent.SoulTemplate,
            _ => null,
        };
        if (!string.IsNullOrEmpty(own))
        {
            // What the original escaped in an agent's own templates, and nowhere else, is text here as everywhere.
            return Rendered(Template.Read($"{agent.Id}:{name}", own), values, escapes: mode == ProvisioningMode.Seed);
        }

        var reading = Find(FileRules.Template(name, kind));
        if (reading is null && mode == ProvisioningMode.Ours)
        {
            reading = Find(name);
        }

        // Of a heartbeat without its template, the original goes on to one of its plain name.
        reading ??= name == "HEARTBEAT.md" && kind != AgentKind.Main ? Find(name) : null;
        return reading is not null ? Rendered(reading, values, escapes: false)
            : mode == ProvisioningMode.Ours ? null
            : name == "MEMORY.md" ? Memory
            : "";
    }

    private string? Rendered(TemplateReading reading, Dictionary<string, TemplateValue> values, bool escapes)
    {
        var rendering = reading.Template?.Render(values, Find, escapes, together);
        if (rendering?.Text is { } text)
        {
            return PythonSpace.Strip(text);
        }

        var problem = (rendering?.Problem ?? reading.Problem)!;
        (wrong ?? (p => throw new CreelException(p.ToFault())))(problem);
        return null;
    }

    private TemplateReading? Find(string name) =>
        readings.GetOrAdd(name, asked => source(asked) is { } text ? Template.Read(asked, text) : null);

    private bool IsTaken(string name) => mode == ProvisioningMode.Seed || FileRules.Usual.Contains(name);
}
