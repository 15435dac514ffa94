namespace Creel.Core.Provisioning.Templates;

/// <summary>How much several renderings may take together, as those of all agents of a habitat. It is thread-safe.</summary>
public sealed class TemplateAllowance
{
    private long worked;
    private long written;

    /// <summary>As <see cref="TemplateLimits.Work"/> counts.</summary>
    public long Work { get; init; } = 20_000_000;

    /// <summary>Characters of what is rendered, all of which is held until it is written.</summary>
    public long Output { get; init; } = 128 * 1024 * 1024;

    /// <summary>What they have taken of <see cref="Work"/>.</summary>
    public long Worked => Interlocked.Read(ref worked);

    internal bool TakesWork(long more) => Interlocked.Add(ref worked, more) <= Work;

    internal bool TakesOutput(long more) => Interlocked.Add(ref written, more) <= Output;
}
