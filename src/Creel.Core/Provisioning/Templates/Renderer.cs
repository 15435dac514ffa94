using System.Text;

namespace Creel.Core.Provisioning.Templates;

/// <summary>Writes what a template says.</summary>
internal sealed class Renderer
{
    private readonly Meter meter;
    private readonly Evaluator evaluator;
    private readonly Func<string, TemplateReading?> find;

    public Renderer(Meter meter, Func<string, TemplateReading?> find)
    {
        this.meter = meter;
        this.find = find;
        evaluator = new Evaluator(meter, Play);
    }

    /// <param name="escapes">What it prints is escaped.</param>
    public void Write(IReadOnlyList<Statement> body, Scope scope, bool escapes, StringBuilder to)
    {
        foreach (var statement in body)
        {
            meter.Step(statement.At);
            switch (statement)
            {
                case Statement.Literal literal:
                    Append(literal.Text, to, literal.At);
                    break;
                case Statement.Print print:
                    var value = evaluator.Of(print.Of, scope, escapes);
                    var shown = escapes ? Markup.Escaped(value, meter, print.Of.At) : Wording.Str(value, print.Of.At, meter);
                    Append(shown, to, print.At);
                    break;
                case Statement.If choice:
                    var taken = choice.Branches.FirstOrDefault(b => evaluator.IsTrue(b.Test, scope, escapes));
                    Write(taken.Body ?? choice.Else, scope, escapes, to);
                    break;
                case Statement.For loop:
                    Loop(loop, scope, escapes, to);
                    break;
                case Statement.Set set:
                    Assign(set.To, evaluator.Of(set.Value, scope, escapes), scope);
                    break;
                case Statement.Capture capture:
                    Assign(capture.To, Captured(capture.Body, new Scope(scope), escapes, capture.At), scope);
                    break;
                case Statement.Include include:
                    Include(include, scope, to);
                    break;
                case Statement.Macro macro:
                    Set(macro.Name, new MacroValue(macro, scope, escapes), scope, macro.At);
                    break;
            }
        }
    }

    private void Loop(Statement.For loop, Scope scope, bool escapes, StringBuilder to)
    {
        var all = Iteration.Over(evaluator.Of(loop.In, scope, escapes), meter, loop.In.At);
        if (loop.Where is { } where)
        {
            var kept = new List<TemplateValue>();
            foreach (var item in all)
            {
                meter.Round(loop.At);
                var tried = new Scope(scope);
                Assign(loop.Each, item, tried);
                if (evaluator.IsTrue(where, tried, escapes))
                {
                    kept.Add(item);
                }
            }

            all = kept;
        }

        var state = new LoopValue(all);
        for (var i = 0; i < all.Count; i++)
        {
            meter.Round(loop.At);
            state.Round = i;
            var inside = new Scope(scope);
            inside.Set("loop", state);
            Assign(loop.Each, all[i], inside);
            Write(loop.Body, inside, escapes, to);
        }

        if (all.Count == 0)
        {
            Write(loop.Else, new Scope(scope), escapes, to);
        }
    }

    private void Append(string text, StringBuilder to, Mark at)
    {
        meter.Fits((long)to.Length + text.Length, at);
        meter.Copy(text.Length, at);
        to.Append(text);
    }

    private void Include(Statement.Include include, Scope scope, StringBuilder to)
    {
        meter.Copy(include.Name.Length, include.At);
        var found = find(include.Name);
        if (found is null)
        {
            if (!include.MayMiss)
            {
                throw new TemplateStop(
                    TemplateTrouble.NotFound,
                    include.At,
                    include.Name,
                    "there is no template of that name beside this one"
                );
            }

            return;
        }

        if (found.Template is not { } template)
        {
            throw new TemplateStopElsewhere(found.Problem!);
        }

        meter.Enter(include.At);
        try
        {
            Write(template.Body, new Scope(include.Seeing ? scope : null), escapes: false, to);
        }
        catch (TemplateStop stop)
        {
            throw new TemplateStopElsewhere(stop.Problem(template.Name));
        }

        meter.Leave();
    }

    private TemplateValue Play(MacroValue macro, Scope scope, Mark at)
    {
        meter.Enter(at);
        var text = Captured(macro.Macro.Body, scope, macro.Escapes, at);
        meter.Leave();
        return text;
    }

    private TemplateValue.Text Captured(IReadOnlyList<Statement> body, Scope scope, bool escapes, Mark at)
    {
        var text = new StringBuilder();
        Write(body, scope, escapes, text);
        meter.Make(text.Length, at);
        return new TemplateValue.Text(text.ToString(), escapes);
    }

    /// <summary>A name is read to its end each time.</summary>
    private void Set(string name, TemplateValue value, Scope scope, Mark at)
    {
        meter.Copy(name.Length, at);
        scope.Set(name, value);
    }

    private void Assign(Target to, TemplateValue value, Scope scope)
    {
        switch (to)
        {
            case Target.Name name:
                Set(name.Id, value, scope, name.At);
                break;
            case Target.Apart apart:
                var parts = Iteration.Over(value, meter, apart.At);
                if (parts.Count != apart.Parts.Count)
                {
                    throw new TemplateStop(
                        TemplateTrouble.Value,
                        apart.At,
                        $"{parts.Count} values cannot be taken apart into {apart.Parts.Count} names"
                    );
                }

                for (var i = 0; i < parts.Count; i++)
                {
                    Assign(apart.Parts[i], parts[i], scope);
                }

                break;
        }
    }
}
