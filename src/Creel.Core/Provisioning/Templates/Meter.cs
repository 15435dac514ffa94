using System.Runtime.CompilerServices;

namespace Creel.Core.Provisioning.Templates;

/// <summary>Counts what one rendering has taken.</summary>
internal sealed class Meter(TemplateLimits limits)
{
    private const string Remedy = "make the template simpler";
    private int rounds;
    private long work;
    private int calls;

    public TemplateLimits Limits => limits;

    public void Step(Mark at)
    {
        if (++work > limits.Work)
        {
            throw new TemplateStop(TemplateTrouble.Limit, at, "rendering takes too much work", Remedy);
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateStop(TemplateTrouble.Limit, at, "too much stands in one another", Remedy);
        }
    }

    public void Round(Mark at)
    {
        if (++rounds > limits.Rounds)
        {
            throw new TemplateStop(TemplateTrouble.Limit, at, $"its loops take more than {limits.Rounds} rounds", Remedy);
        }
    }

    /// <summary>Before a text of that many characters is made.</summary>
    public void Make(long length, Mark at)
    {
        Fits(length, at);
        work += length / 16;
        Step(at);
    }

    /// <summary>A text that has become that long.</summary>
    public void Fits(long length, Mark at)
    {
        if (length > limits.Output)
        {
            throw new TemplateStop(TemplateTrouble.Limit, at, $"it makes more than {limits.Output} characters", Remedy);
        }
    }

    /// <summary>Before a list of that many items is made.</summary>
    public void Gather(long items, Mark at)
    {
        if (items > limits.Rounds)
        {
            throw new TemplateStop(TemplateTrouble.Limit, at, $"a list would have more than {limits.Rounds} items", Remedy);
        }

        work += items;
        Step(at);
    }

    /// <summary>Before one text is looked for in another.</summary>
    public void Search(long text, long part, Mark at)
    {
        work += (text / 16) + (text * part / 4096);
        Step(at);
    }

    public void Enter(Mark at)
    {
        if (++calls > limits.Calls)
        {
            throw new TemplateStop(
                TemplateTrouble.Limit,
                at,
                $"templates and macros call one another more than {limits.Calls} deep",
                "a template must not include itself"
            );
        }
    }

    public void Leave() => calls--;
}
