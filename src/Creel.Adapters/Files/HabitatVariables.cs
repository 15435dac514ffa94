namespace Creel.Adapters.Files;

/// <summary>What a habitat may ask for as <c>${VAR}</c>, beside its own <c>env</c>.</summary>
/// <param name="Given">By name.</param>
/// <param name="Withheld">The names of those that are set and not given, so that a mistake can be told from a refusal.</param>
public sealed record HabitatVariables(IReadOnlyDictionary<string, string> Given, IReadOnlySet<string> Withheld)
{
    /// <summary>By which a unit is told what to hand on: names with commas between them.</summary>
    public const string Variable = "CREEL_HABITAT_ENV";

    /// <summary>They say nothing that an agent may not know.</summary>
    private static readonly string[] Harmless = ["HOME", "USER", "LANG", "TZ"];

    /// <summary>All of an environment: for who reads a habitat in his own.</summary>
    public static HabitatVariables All(IReadOnlyDictionary<string, string> environment) =>
        new(environment, new HashSet<string>());

    /// <summary>Of an environment what was named, in words or by <see cref="Variable"/>, and what harms nobody.</summary>
    public static HabitatVariables Of(IReadOnlyDictionary<string, string> environment, IEnumerable<string> named)
    {
        var listed = (environment.GetValueOrDefault(Variable) ?? "").Split(
            ',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        var wanted = named.Concat(listed).ToHashSet();
        wanted.UnionWith(Harmless);
        return new HabitatVariables(
            environment.Where(v => wanted.Contains(v.Key)).ToDictionary(),
            environment.Keys.Where(name => !wanted.Contains(name)).ToHashSet()
        );
    }
}
