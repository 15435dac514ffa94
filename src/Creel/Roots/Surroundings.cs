using System.Collections;
using Creel.Adapters.Files;

namespace Creel.Roots;

/// <summary>The environment that <c>creel</c> was started in, and what of it may be taken.</summary>
internal static class Surroundings
{
    public static Dictionary<string, string> All() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "");

    /// <summary>Of all variables these alone.</summary>
    public static Func<string, string?> Only(IReadOnlyList<string> named)
    {
        var given = HabitatVariables.Of(All(), named).Given;
        return name => given.GetValueOrDefault(name);
    }

    /// <summary>Who reads a habitat by himself may put what he likes of his own environment into it.</summary>
    public static HabitatFolder Habitats(TimeProvider time) => Habitats(time, HabitatVariables.All(All()));

    public static HabitatFolder Habitats(TimeProvider time, HabitatVariables variables) =>
        new(variables, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), time);
}
