using System.Globalization;
using System.Text.Json;
using Creel.Core;

namespace Creel.Runtime.Work;

/// <summary>Reads a task's fields; what is of the wrong kind is a fault that names the field and what it should be.</summary>
internal readonly struct TaskFields(JsonElement payload)
{
    public string? Text(string name)
    {
        var value = Value(name);
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            _ => throw Wrong(name, "a string", value),
        };
    }

    /// <param name="task">Who needs it, for the message.</param>
    public string Required(string task, string name) =>
        Text(name) ?? throw new CreelException(Fault.Invalid("field-missing", $"{task} needs '{name}', a string"));

    public bool Flag(string name)
    {
        var value = Value(name);
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false", value),
        };
    }

    /// <summary>Milliseconds; null where none is given.</summary>
    public double? Milliseconds(string name)
    {
        var value = Value(name);
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.Number when value.TryGetDouble(out var number) && number > 0 => number,
            _ => throw Wrong(name, "a number of milliseconds above 0", value),
        };
    }

    /// <summary>Any number, also one that is written as a string; null where none is given.</summary>
    public double? Number(string name)
    {
        var value = Value(name);
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.Number when value.TryGetDouble(out var number) => number,
            JsonValueKind.String when double.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var number) => number,
            _ => throw Wrong(name, "a number", value),
        };
    }

    /// <summary>Strings; numbers and booleans among them count as their text. Null where none is given.</summary>
    public IReadOnlyList<string>? List(string name)
    {
        var value = Value(name);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(name, "a list of strings", value);
        }

        return [.. value.EnumerateArray().Select(item => Scalar(name, item))];
    }

    public IReadOnlyDictionary<string, string> Map(string name)
    {
        var value = Value(name);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return new Dictionary<string, string>();
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(name, "an object of strings", value);
        }

        var map = new Dictionary<string, string>();
        foreach (var item in value.EnumerateObject())
        {
            if (item.Name.Length == 0 || item.Name.Contains('=') || item.Name.Contains('\0'))
            {
                throw new CreelException(Fault.Invalid("field-wrong", $"'{name}' holds a name that no variable can have"));
            }

            map[item.Name] = Scalar(name, item.Value);
        }

        return map;
    }

    private static string Scalar(string name, JsonElement item) =>
        item.ValueKind switch
        {
            JsonValueKind.String when item.GetString()!.Contains('\0') => throw new CreelException(
                Fault.Invalid("zero-byte", $"'{name}' holds a zero byte, which no argument or variable can")
            ),
            JsonValueKind.String => item.GetString()!,
            JsonValueKind.Number => item.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => throw Wrong(name, "made of strings", item),
        };

    /// <summary>Whatever it is; undefined where there is nothing.</summary>
    public JsonElement Any(string name) => Value(name);

    private JsonElement Value(string name) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var value) ? value : default;

    private static CreelException Wrong(string name, string wanted, JsonElement value) =>
        new(
            Fault.Invalid(
                "field-wrong",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{name}' must be {wanted}, not {value.ValueKind.ToString().ToLowerInvariant()}"
                )
            )
        );
}
