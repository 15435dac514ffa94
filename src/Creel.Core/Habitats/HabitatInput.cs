namespace Creel.Core.Habitats;

/// <summary>A text and what the user calls the file that it came from.</summary>
public sealed record HabitatSource(string File, string Text);

/// <summary>Everything that reading a habitat depends on; nothing else is looked at.</summary>
public sealed record HabitatInput
{
    public required HabitatSource Main { get; init; }

    /// <summary>What commands and APIs changed: <c>habitat.local.json5</c>; null where there is none.</summary>
    public HabitatSource? Local { get; init; }

    /// <summary>For <c>${VAR}</c>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The names of variables that are set where this is read, and that no habitat is given.</summary>
    public IReadOnlySet<string> Withheld { get; init; } = new HashSet<string>();

    /// <summary>The habitat file's folder, absolute: what a relative workspace is relative to.</summary>
    public string BaseFolder { get; init; } = "/";

    /// <summary>What <c>~</c> stands for, absolute; null: <c>~</c> is an error.</summary>
    public string? HomeFolder { get; init; }

    /// <summary>Where an OpenClaw of this configuration keeps its state, absolute; null: it is a habitat of Creel's own.</summary>
    public string? StateFolder { get; init; }

    /// <summary>
    /// The text of an included file by its path below <see cref="BaseFolder"/>, as in <c>agents/bart.json5</c>; null: there is
    /// no such file.
    /// </summary>
    public Func<string, string?>? Include { get; init; }

    /// <summary>Where a path below <see cref="BaseFolder"/> really is, its links followed, empty for the folder itself; null: where it
    /// says.</summary>
    public Func<string, string?>? Really { get; init; }

    /// <summary>
    /// An unknown isolation level or network is a warning and means none or host, as it did to the older parser.
    /// </summary>
    public bool Lenient { get; init; }

    /// <summary>What one of the older formats is taken to ask for.</summary>
    public HabitatProfile Profile { get; init; }

    public HabitatManner Manner => new(Lenient, Profile);
}
