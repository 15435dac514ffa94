using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Variables as a habitat sees them: the environment first, then its own <c>env</c>.</summary>
public static class HabitatLookup
{
    public static Func<string, string?> Of(HabitatModel habitat, Func<string, string?> environment)
    {
        var env = habitat.Sections.TryGetValue("env", out var text) ? Json5Reader.Read("env", text).Root as Json5Object : null;
        return name => environment(name) is { Length: > 0 } value ? value : In(env, name);
    }

    /// <param name="env">The <c>env</c> section: variables in it, or in its <c>vars</c>.</param>
    internal static string? In(Json5Object? env, string name) =>
        (((env?.Value("vars") as Json5Object)?.Value(name) ?? env?.Value(name)) as Json5String)?.Value;
}
