using System.Text;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>The group that the older parser gave an agent.</summary>
internal static class LegacyGroupName
{
    public static string Of(Json5Node? given, string agent, StringBuilder stderr)
    {
        var fallback = Sanitised(agent);
        switch (given)
        {
            case null or Json5String { Value: "" }:
                return fallback;
            case Json5Object or Json5Array:
                var type = PythonText.TypeName(given);
                stderr.Append(
                    $"WARN: Agent '{agent}' has invalid isolationGroup type '{type}' (must be a string); falling back to '{fallback}'\n"
                );
                return fallback;
        }

        var group = PythonText.Str(given);
        if (IsGroup(group))
        {
            return group;
        }

        stderr.Append(
            $"WARN: Agent '{agent}' has invalid isolationGroup '{group}' (must be alphanumeric + hyphens); falling back to '{fallback}'\n"
        );
        return fallback;
    }

    /// <summary>The pattern ended in <c>$</c>, which lets one newline at the end pass.</summary>
    private static bool IsGroup(string text)
    {
        var group = text.EndsWith('\n') ? text[..^1] : text;
        return group.Length > 0 && group.All(IsPlain);
    }

    private static string Sanitised(string name)
    {
        var parts = new string([.. name.Select(c => IsPlain(c) ? c : '-')]).Split('-', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? "agent" : string.Join('-', parts);
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c == '-';
}
