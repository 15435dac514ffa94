namespace Creel.Core.Habitats.Patching;

/// <summary>The habitat that is up, as its files say it now, for who may see it: secrets are hidden.</summary>
/// <param name="Path">Of the main file; empty where no habitat is up.</param>
/// <param name="Raw">The main file's text; null where there is none.</param>
/// <param name="Parsed">With what it includes and the local file, as a JSON object.</param>
/// <param name="Resolved">The same with variables replaced.</param>
/// <param name="Hash">Changes when any of the files does; what a change names as its base.</param>
public sealed record ConfigSnapshot(
    string Path,
    bool Exists,
    string? Raw,
    string Parsed,
    string Resolved,
    bool Valid,
    string Hash,
    IReadOnlyList<Issue> Issues,
    IReadOnlyList<Issue> Warnings
)
{
    /// <summary>The main file's text without its comments, for who may read and no more: nobody knows what stands in them.</summary>
    public string? Bare { get; init; }
}

/// <summary>What became of a change.</summary>
public abstract record ConfigOutcome
{
    private ConfigOutcome() { }

    /// <param name="Noop">Nothing was to be changed, and nothing was written.</param>
    public sealed record Done(ConfigSnapshot Config, bool Noop) : ConfigOutcome;

    /// <param name="Message">In the words that OpenClaw's clients know, where there are such.</param>
    public sealed record Refused(ConfigRefusal Reason, string Message, IReadOnlyList<Issue> Issues) : ConfigOutcome;
}

/// <summary>Why a change is refused, in the order in which it is looked at.</summary>
public enum ConfigRefusal
{
    BaseHashRequired,
    BaseHashUnavailable,
    Changed,
    InvalidNow,
    RawRequired,
    ParseError,
    NotAnObject,
    Invalid,

    /// <summary>Another file says it, which only a person changes.</summary>
    SaidElsewhere,

    /// <summary>The files say something that is not in force yet, or what is asked for can't be had here.</summary>
    NotNow,
}

/// <summary>The one way in which programs read and change the habitat that is up.</summary>
public interface IConfigStore
{
    /// <exception cref="CreelException">The files can't be read.</exception>
    ConfigSnapshot Get();

    /// <summary>A merge patch.</summary>
    /// <param name="raw">JSON5 text of an object.</param>
    /// <param name="by">Who asks, for the audit.</param>
    Task<ConfigOutcome> PatchAsync(string? raw, string? baseHash, string by, CancellationToken cancel);

    /// <summary>The whole, anew.</summary>
    Task<ConfigOutcome> SetAsync(string? raw, string? baseHash, string by, CancellationToken cancel);

    /// <summary>A change that follows from what is there: computed again where another came first, so that none is lost.</summary>
    /// <param name="change">From the whole as it is written to the whole as it shall be, both as JSON objects; what it throws is thrown.</param>
    Task<ConfigOutcome> ChangeAsync(Func<string, string> change, string by, CancellationToken cancel);
}
