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

    /// <summary>An error in the words of OpenClaw's issues. What was told of that place already stays, and is known by its code from now on.</summary>
    /// <param name="missing">A key of that object which is not there.</param>
    /// <param name="of">What the issue is about, where that is more than the place.</param>
    public void Issue(Json5Place at, string code, string message, string? missing = null, Json5Place? of = null)
    {
        var owner = (of ?? at).Dotted;
        var path =
            missing is null ? owner
            : owner.Length == 0 ? missing
            : $"{owner}.{missing}";
        if (unknown.Contains(at))
        {
            return;
        }

        var told = problems.FindIndex(p => p is { Severity: Severity.Error, Code: null } && IsAt(p, at));
        if (told >= 0)
        {
            problems[told] = problems[told] with { Code = code, Dotted = path };
        }
        else
        {
            problems.Add(at.Problem(message) with { Code = code, Dotted = path });
        }
    }

    /// <summary>A key that nobody reads is a promise that nobody keeps; older files that had some were read all the same.</summary>
    public void UnknownKey(Json5Member member, Json5Object owner, string message)
    {
        if (Lenient)
        {
            Warn(member.KeyAt, $"{message}; it does nothing");
            return;
        }

        if (problems.Any(p => p is { Code: not null, Severity: Severity.Error } && IsAt(p, member.KeyAt)))
        {
            return;
        }

        Issue(member.KeyAt, "unrecognized_key", message);
        var last = problems.FindLastIndex(p => p.Code == "unrecognized_key" && p.Dotted == member.KeyAt.Dotted);
        if (last >= 0)
        {
            problems[last] = problems[last] with { Dotted = owner.At.Dotted };
        }
    }

    public void Warn(Json5Place at, string message) => problems.Add(at.Problem(message, Severity.Warning));

    /// <summary>A warning of what is open to others by an older profile.</summary>
    public void Expose(Json5Place at, string what) =>
        problems.Add(at.Problem($"EXPOSED: {what}", Severity.Warning) with { Exposed = true });

    /// <summary>What nothing was said of yet, nor of anything in it.</summary>
    public void AddNew(IEnumerable<Problem> more) =>
        problems.AddRange(more.Where(m => !problems.Any(p => p.Severity == Severity.Error && IsIn(p, m))).ToList());

    private static bool IsIn(Problem inner, Problem outer) =>
        inner.File == outer.File
        && (inner.Dotted == outer.Dotted || inner.Dotted.StartsWith($"{outer.Dotted}.", StringComparison.Ordinal));

    public void Add(IEnumerable<Problem> more) => problems.AddRange(more);

    /// <summary>Something is told of it already.</summary>
    public bool TellsOf(Json5Place at) => problems.Any(p => IsAt(p, at));

    private static bool IsAt(Problem problem, Json5Place at) =>
        at.Line > 0 && (problem.File, problem.Line, problem.Column) == (at.File, at.Line, at.Column);

    /// <summary>File by file in the order in which they came up, each from top to bottom.</summary>
    public IReadOnlyList<Problem> Sorted()
    {
        var files = problems.Select(p => p.File).Distinct().ToList();
        return [.. problems.Distinct().OrderBy(p => files.IndexOf(p.File)).ThenBy(p => p.Line).ThenBy(p => p.Column)];
    }
}
