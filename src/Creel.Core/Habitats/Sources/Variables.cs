using System.Text;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Sources;

/// <summary>
/// <c>${VAR}</c> in strings: names are <c>[A-Z_][A-Z0-9_]*</c>, <c>$${VAR}</c> stays <c>${VAR}</c>, a missing or empty variable
/// is an error, as in OpenClaw. What doesn't look like a variable is left alone.
/// </summary>
internal sealed class Variables(Func<string, string?> lookup, IReadOnlySet<string> withheld, Findings findings)
{
    public Json5Node Expand(Json5Node node) =>
        node switch
        {
            Json5Object o => o with { Members = [.. o.Members.Select(m => m with { Value = Expand(m.Value) })] },
            Json5Array a => a with { Items = [.. a.Items.Select(Expand)] },
            Json5String s when s.Value.Contains("${", StringComparison.Ordinal) => s with { Value = Expand(s.Value, s.At) },
            _ => node,
        };

    private string Expand(string text, Json5Place at)
    {
        var result = new StringBuilder();
        var from = 0;
        while (text.IndexOf("${", from, StringComparison.Ordinal) is var dollar and >= 0)
        {
            var name = NameAt(text, dollar + 2);
            var escaped = name is not null && dollar > from && text[dollar - 1] == '$';
            result.Append(text, from, dollar - from - (escaped ? 1 : 0));
            if (name is null || escaped)
            {
                var length = 2 + (name?.Length + 1 ?? 0);
                result.Append(text, dollar, length);
                from = dollar + length;
                continue;
            }

            if (lookup(name) is { Length: > 0 } value)
            {
                result.Append(value);
            }
            else
            {
                findings.Unknown(
                    at,
                    withheld.Contains(name)
                        ? $"the variable {name} is set for creel serve, which was not told to hand it to habitats: start it with "
                            + $"--env {name} (or CREEL_HABITAT_ENV={name}), or write it in the habitat's own 'env'"
                        : $"the variable {name} is missing or empty: set it, or write $${{{name}}} if the text itself is meant"
                );
            }

            from = dollar + name.Length + 3;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>The name of a variable up to its closing brace; null where there is none.</summary>
    private static string? NameAt(string text, int start)
    {
        var end = start;
        while (end < text.Length && (text[end] is (>= 'A' and <= 'Z') or '_' || (end > start && char.IsAsciiDigit(text[end]))))
        {
            end++;
        }

        return end > start && end < text.Length && text[end] == '}' ? text[start..end] : null;
    }
}
