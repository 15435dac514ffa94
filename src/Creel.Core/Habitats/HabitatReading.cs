using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>What reading a habitat gave.</summary>
/// <param name="Model">Null when any problem is an error.</param>
/// <param name="Problems">In the order of the files and lines.</param>
public sealed record HabitatReading(HabitatModel? Model, IReadOnlyList<Problem> Problems)
{
    public HabitatFormat Format { get; init; }

    /// <summary>The main file with what it includes; null where it is no object.</summary>
    public Json5Object? Main { get; init; }

    /// <summary>With the local file laid over it, as it is written; null where it is no object.</summary>
    public Json5Object? Written { get; init; }

    /// <summary>The same with variables replaced.</summary>
    public Json5Object? Resolved { get; init; }

    /// <summary>Keys of OpenClaw's that nothing here goes by.</summary>
    public IReadOnlyList<IdleKey> Idle { get; init; } = [];

    /// <summary>The names of the variables that it took from outside, in their order.</summary>
    public IReadOnlyList<string> Taken { get; init; } = [];

    /// <summary>Where each agent is declared, by its id.</summary>
    public IReadOnlyDictionary<string, HabitatPlace> Declared { get; init; } = new Dictionary<string, HabitatPlace>();

    /// <summary>Where each budget is said, by <see cref="Budgets.PurseId.Key"/>.</summary>
    public IReadOnlyDictionary<string, HabitatPlace> Budgets { get; init; } = new Dictionary<string, HabitatPlace>();

    /// <summary>The errors, as OpenClaw's gateway tells them.</summary>
    public IReadOnlyList<Issue> Issues =>
        [.. Problems.Where(p => p.Severity == Severity.Error).Select(p => new Issue(p.Dotted, p.Code ?? "invalid", p.Message))];

    /// <exception cref="CreelException">There is an error; the message holds all of them, one a line.</exception>
    public HabitatModel Required() =>
        Model
        ?? throw new CreelException(
            Fault.Invalid(
                "habitat",
                $"the habitat is wrong:\n{string.Join('\n', Problems.Where(p => p.Severity == Severity.Error))}"
            )
        );
}

/// <summary>The ways in which a habitat can be written.</summary>
public enum HabitatFormat
{
    /// <summary>Creel's own, which an <c>openclaw.json</c> is too.</summary>
    Creel,

    /// <summary>The older <c>habitat.json</c>, schema v1, v2 or v3.</summary>
    Legacy,

    /// <summary>The variables <c>AGENT_COUNT</c>, <c>AGENT1_NAME</c>, …</summary>
    Environment,
}

/// <summary>A point in one of a habitat's files; line and column are 0 where there are none.</summary>
public sealed record HabitatPlace(string File, int Line, int Column)
{
    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}" : File;
}

/// <param name="Path">With dots, indexes as numbers, as in <c>agents.list.0.sandbox.mode</c>.</param>
/// <param name="Code">The kind of mistake, in one word.</param>
public sealed record Issue(string Path, string Code, string Message);
