namespace Creel.Core.Outbound;

/// <summary>
/// What the built-in stand-in says where calls to providers are answered by the proxy itself: the first rule that matches
/// answers, and where none does it says what it is, and what it was told.
/// </summary>
public sealed record OfflineScript
{
    /// <summary>Nothing but the stand-in's own words.</summary>
    public static readonly OfflineScript Plain = new();

    /// <summary>What plan, up, ps and the proxy's status say of it, so that nobody takes it for a model.</summary>
    public const string Note = "offline: no model answers, Creel's own stand-in does, and no money flows";

    public IReadOnlyList<OfflineRule> Rules
    {
        get => field ?? [];
        init;
    }
}

/// <summary>One answer, and to what.</summary>
public sealed record OfflineRule
{
    public OfflineMatch When
    {
        get => field ?? new();
        init;
    }

    /// <summary>
    /// <c>{message}</c>, <c>{agent}</c>, <c>{group}</c>, <c>{model}</c> and <c>{turn}</c> in it are replaced. Null: the stand-in's own
    /// words, or none beside a tool.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>Called after the text. The rule matches only a request that offers all of them.</summary>
    public IReadOnlyList<OfflineTool> Tools
    {
        get => field ?? [];
        init;
    }

    /// <summary>A status from 400 to 599, instead of an answer; the text is its message.</summary>
    public int? Error { get; init; }

    /// <summary>Seconds, beside an error.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Milliseconds before each token.</summary>
    public int Delay { get; init; }

    /// <summary>The connection breaks after so many tokens of the answer.</summary>
    public int? Cut { get; init; }

    /// <summary>So often at most for each group; null: always.</summary>
    public int? Times { get; init; }
}

/// <summary>What a rule answers to: all that is not null must hold.</summary>
/// <param name="Model">As the request names it.</param>
/// <param name="Contains">Somewhere in what was said since the model spoke last, in upper or lower case.</param>
/// <param name="Turn">The n-th time that the user speaks in the conversation, from 1; what tools answered does not count.</param>
/// <param name="After">Who spoke then: <c>user</c>, or <c>tool</c> where a tool's answer is in it.</param>
public sealed record OfflineMatch(
    string? Agent = null,
    string? Group = null,
    string? Model = null,
    string? Contains = null,
    int? Turn = null,
    string? After = null
);

/// <param name="Input">A JSON object.</param>
public sealed record OfflineTool(string Name, string Input);
