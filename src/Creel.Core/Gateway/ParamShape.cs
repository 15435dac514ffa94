using System.Globalization;
using System.Text.Json;

namespace Creel.Core.Gateway;

/// <summary>The fields that an object may have. What is wrong is said as the protocol's clients know it.</summary>
public sealed class ParamShape(params ParamRule[] rules)
{
    private const int MostTold = 8;

    /// <summary>Clients of this protocol still learn new fields; those of the older one don't.</summary>
    private const int LenientFrom = 4;

    /// <param name="given">Undefined counts as an empty object.</param>
    /// <param name="protocol">3 and 4 spell "not" differently.</param>
    /// <returns>All that is wrong, joined by <c>; </c>; null: nothing.</returns>
    public string? Check(JsonElement given, int protocol) => Check(given, protocol, strict: true);

    /// <summary>As <see cref="Check(JsonElement, int)"/>; fields that it has no rule for are left alone.</summary>
    public string? CheckKnown(JsonElement given, int protocol) => Check(given, protocol, strict: protocol < LenientFrom);

    private string? Check(JsonElement given, int protocol, bool strict)
    {
        var wrong = new List<string>();
        Check(given, "", protocol >= 4 ? "must not" : "must NOT", wrong, strict);
        return wrong.Count == 0 ? null : string.Join("; ", wrong.Take(MostTold));
    }

    private void Check(JsonElement given, string path, string not, List<string> wrong, bool strict = true)
    {
        var at = path.Length == 0 ? "" : $"at {path}: ";
        if (given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            wrong.Add($"{at}must be object");
            return;
        }

        foreach (var rule in rules)
        {
            if (given.ValueKind == JsonValueKind.Object && given.TryGetProperty(rule.Name, out var value))
            {
                CheckValue(rule, value, $"{path}/{rule.Name}", not, wrong);
            }
            else if (rule.Required)
            {
                wrong.Add($"{at}must have required property '{rule.Name}'");
            }
        }

        if (strict && given.ValueKind == JsonValueKind.Object)
        {
            var where = path.Length == 0 ? "root" : path;
            foreach (var field in given.EnumerateObject().Where(f => rules.All(r => r.Name != f.Name)).Take(MostTold))
            {
                wrong.Add($"at {where}: unexpected property {Slug.Quote(field.Name)}");
            }
        }
    }

    private static void CheckValue(ParamRule rule, JsonElement value, string path, string not, List<string> wrong)
    {
        if (rule.Nullable && value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (Type(rule, value) is { } type)
        {
            wrong.Add($"at {path}: must be {type}");
            return;
        }

        switch (rule.Kind)
        {
            case ParamKind.Text:
                CheckText(rule, value.GetString()!, path, not, wrong);
                break;
            case ParamKind.Integer or ParamKind.Number:
                CheckNumber(rule, value.GetDouble(), path, wrong);
                break;
            case ParamKind.TextList:
                var index = value.EnumerateArray().TakeWhile(v => v.ValueKind == JsonValueKind.String).Count();
                if (index < value.GetArrayLength())
                {
                    wrong.Add($"at {path}/{index}: must be string");
                }

                break;
            case ParamKind.Object when rule.Shape is { } shape:
                shape.Check(value, path, not, wrong);
                break;
        }
    }

    private static string? Type(ParamRule rule, JsonElement value) =>
        rule.Kind switch
        {
            ParamKind.Text when value.ValueKind != JsonValueKind.String => "string",
            ParamKind.Bool when value.ValueKind is not (JsonValueKind.True or JsonValueKind.False) => "boolean",
            ParamKind.Number when value.ValueKind != JsonValueKind.Number => "number",
            ParamKind.Integer when value.ValueKind != JsonValueKind.Number || !double.IsInteger(value.GetDouble()) => "integer",
            ParamKind.Object when value.ValueKind != JsonValueKind.Object => "object",
            ParamKind.TextList when value.ValueKind != JsonValueKind.Array => "array",
            _ => null,
        };

    private static void CheckText(ParamRule rule, string text, string path, string not, List<string> wrong)
    {
        if (rule.OneOf is { } words && !words.Contains(text))
        {
            wrong.Add($"at {path}: must be equal to one of the allowed values");
        }
        else if (text.Length < rule.Least)
        {
            wrong.Add($"at {path}: {not} have fewer than {rule.Least} characters");
        }
        else if (text.Length > rule.Most)
        {
            wrong.Add($"at {path}: {not} have more than {rule.Most} characters");
        }
    }

    private static void CheckNumber(ParamRule rule, double number, string path, List<string> wrong)
    {
        if (number < rule.From)
        {
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"at {path}: must be >= {rule.From}"));
        }
        else if (number > rule.To)
        {
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"at {path}: must be <= {rule.To}"));
        }
    }
}
