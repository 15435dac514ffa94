using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>The problems found so far. Everything is checked, and everything that is wrong is told.</summary>
internal sealed class Findings(bool lenient)
{
    private readonly List<Problem> problems = [];
    private readonly HashSet<Json5Place> unknown = [];

    /// <summary>What used to be a guess of the older parser is a warning instead of an error.</summary>
    public bool Lenient { get; } = lenient;

    public bool HasErrors => problems.Any(p => p.Severity == Severity.Error);

    /// <summary>An error, unless the value there isn't known at all: what else is wrong with it would be a guess.</summary>
    public void Error(Json5Place at, string message)
    {
        if (!unknown.Contains(at))
        {
            problems.Add(at.Problem(message));
        }
    }

    /// <summary>An error, and the last one of this value.</summary>
    public void Unknown(Json5Place at, string message)
    {
        problems.Add(at.Problem(message));
        unknown.Add(at);
    }

    public void Warn(Json5Place at, string message) => problems.Add(at.Problem(message, Severity.Warning));

    /// <summary>A warning of what is open to others by an older profile.</summary>
    public void Expose(Json5Place at, string what) =>
        problems.Add(at.Problem($"EXPOSED: {what}", Severity.Warning) with { Exposed = true });

    public void Add(IEnumerable<Problem> more) => problems.AddRange(more);

    /// <summary>File by file in the order in which they came up, each from top to bottom.</summary>
    public IReadOnlyList<Problem> Sorted()
    {
        var files = problems.Select(p => p.File).Distinct().ToList();
        return [.. problems.Distinct().OrderBy(p => files.IndexOf(p.File)).ThenBy(p => p.Line).ThenBy(p => p.Column)];
    }
}
