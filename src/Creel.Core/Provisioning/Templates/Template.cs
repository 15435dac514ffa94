using System.Text;

namespace Creel.Core.Provisioning.Templates;

/// <summary>
/// A template that was read: a strict subset of Jinja2, whose file templates it renders to the letter. What is not there is a fault, and so
/// is what takes too much. It is thread-safe.
/// </summary>
public sealed class Template
{
    private readonly TemplateLimits limits;

    private Template(string name, IReadOnlyList<Statement> body, TemplateLimits limits) =>
        (Name, Body, this.limits) = (name, body, limits);

    public string Name { get; }

    internal IReadOnlyList<Statement> Body { get; }

    /// <summary>Throws nothing: what is wrong is in the answer.</summary>
    /// <param name="name">For messages.</param>
    public static TemplateReading Read(string name, string source, TemplateLimits? limits = null)
    {
        limits ??= TemplateLimits.Usual;
        try
        {
            if (source.Length > limits.Source)
            {
                throw new TemplateStop(
                    TemplateTrouble.Limit,
                    new Mark(1, 1),
                    $"the template has {source.Length} characters; at most {limits.Source} are read",
                    "make it shorter"
                );
            }

            var body = new StatementParser(new TokenStream(Lexer.Read(source)), limits).Read();
            return new TemplateReading(new Template(name, body, limits), null);
        }
        catch (TemplateStop stop)
        {
            return new TemplateReading(null, stop.Problem(name));
        }
    }

    /// <summary>Throws nothing: what is wrong is in the answer.</summary>
    /// <param name="find">A template that is included; null where there is none.</param>
    /// <param name="escapes">What it prints is escaped for HTML, as in the original's overrides. Ours never are.</param>
    /// <param name="together">What it shares with other renderings; null: it is by itself.</param>
    public TemplateRendering Render(
        IReadOnlyDictionary<string, TemplateValue> context,
        Func<string, TemplateReading?>? find = null,
        bool escapes = false,
        TemplateAllowance? together = null
    )
    {
        var meter = new Meter(limits, together);
        try
        {
            var text = new StringBuilder();
            var renderer = new Renderer(meter, find ?? (_ => null));
            renderer.Write(Body, new Scope(new Scope(null, context)), escapes, text);
            meter.End(text.Length, new Mark(1, 1));
            return new TemplateRendering(text.ToString(), null);
        }
        catch (TemplateStop stop)
        {
            return new TemplateRendering(null, stop.Problem(Name));
        }
        catch (TemplateStopElsewhere stop)
        {
            return new TemplateRendering(null, stop.Problem);
        }
        finally
        {
            meter.Close();
        }
    }
}

/// <summary>One of the two is there.</summary>
public sealed record TemplateReading(Template? Template, TemplateProblem? Problem);

/// <summary>One of the two is there.</summary>
public sealed record TemplateRendering(string? Text, TemplateProblem? Problem);
