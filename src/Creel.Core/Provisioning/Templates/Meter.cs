using System.Globalization;
using System.Runtime.CompilerServices;

namespace Creel.Core.Provisioning.Templates;

/// <summary>
/// Counts what one rendering has taken. Whatever makes, copies or looks at many items or characters says so here first: so its time has a
/// bound, and so has what it keeps at once, which was all made on the way.
/// </summary>
/// <param name="together">What it shares with other renderings; null: it is by itself.</param>
internal sealed class Meter(TemplateLimits limits, TemplateAllowance? together = null)
{
    private const string Remedy = "make the template simpler";

    /// <summary>How much is done between two looks at the clock, and at what others have taken.</summary>
    private const int Stretch = 16_384;

    private readonly long started = limits.Clock.GetTimestamp();
    private int rounds;
    private long work;
    private long settled;
    private long due = 1;
    private int calls;

    public TemplateLimits Limits => limits;

    public void Step(Mark at)
    {
        Walk(1, at);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateStop(TemplateTrouble.Limit, at, "too much stands in one another", Remedy);
        }
    }

    /// <summary>Before that many items, or characters one by one, are made, copied or looked at.</summary>
    public void Walk(long many, Mark at)
    {
        work += many;
        if (work >= due)
        {
            Settle(at);
        }
    }

    /// <summary>Before that many characters are copied or looked at in one go, which is quicker.</summary>
    public void Copy(long characters, Mark at) => Walk(characters / 16, at);

    public void Round(Mark at)
    {
        if (++rounds > limits.Rounds)
        {
            throw new TemplateStop(TemplateTrouble.Limit, at, $"its loops take more than {limits.Rounds} rounds", Remedy);
        }

        Walk(1, at);
    }

    /// <summary>Before a text of that many characters is made.</summary>
    public void Make(long length, Mark at)
    {
        Fits(length, at);
        Copy(length + 16, at);
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

        Walk(items + 1, at);
    }

    /// <summary>Before one text is looked for in another.</summary>
    public void Search(long text, long part, Mark at) => Walk((text / 16) + (text * part / 4096) + 1, at);

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

    /// <summary>Once all is rendered, into a text of that many characters.</summary>
    public void End(long length, Mark at)
    {
        Make(length, at);
        Settle(at);
        if (together?.TakesOutput(length) == false)
        {
            throw new TemplateStop(
                TemplateTrouble.Together,
                at,
                $"the files of all agents together have more than {together.Output} characters",
                "make the templates shorter"
            );
        }
    }

    /// <summary>However it ended: who shares with it has less by what it did since the last look. What was refused was not done.</summary>
    public void Close() => together?.TakesWork(Math.Min(work, due) - settled);

    private void Settle(Mark at)
    {
        if (work > limits.Work)
        {
            throw new TemplateStop(TemplateTrouble.Limit, at, "rendering takes too much work", Remedy);
        }

        if (limits.Clock.GetElapsedTime(started) > limits.Time)
        {
            var seconds = limits.Time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw new TemplateStop(TemplateTrouble.Time, at, $"rendering takes more than {seconds} seconds", Remedy);
        }

        if (together?.TakesWork(work - settled) == false)
        {
            throw new TemplateStop(
                TemplateTrouble.Together,
                at,
                "the files of all agents together take too much work to render",
                "make the templates simpler"
            );
        }

        settled = work;
        due = Math.Min(work + Stretch, limits.Work + 1L);
    }
}
