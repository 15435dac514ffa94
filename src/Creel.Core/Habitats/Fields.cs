using System.Globalization;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>Takes typed values out of an object and tells what has the wrong type. A null is as good as nothing.</summary>
internal sealed class Fields(Json5Object node, Findings findings)
{
    public Json5Object Node { get; } = node;

    public Json5Place At => Node.At;

    public bool Has(string key) => Node.Value(key) is not null;

    /// <summary>The place of a value, or of the object where it is missing.</summary>
    public Json5Place PlaceOf(string key) => Node.Find(key)?.Value.At ?? Node.At;

    public Json5Node? Any(string key) => Node.Value(key);

    public Json5Object? Object(string key) => Take<Json5Object>(key, "an object");

    public Json5Array? Array(string key) => Take<Json5Array>(key, "an array");

    public bool? Flag(string key) => Take<Json5Bool>(key, "true or false")?.Value;

    /// <summary>A string that is not blank.</summary>
    public string? Text(string key)
    {
        if (Take<Json5String>(key, "a string") is not { } text)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(text.Value))
        {
            findings.Error(text.At, "is empty: write something or leave it out");
            return null;
        }

        if (text.Value.Any(char.IsControl))
        {
            findings.Error(text.At, $"{Slug.Quote(text.Value)} has a control character in it");
            return null;
        }

        return text.Value;
    }

    /// <summary>A whole number within bounds.</summary>
    public int? Count(string key, int least, int most)
    {
        if (Take<Json5Number>(key, "a number") is not { } number)
        {
            return null;
        }

        if (number.Value >= least && number.Value <= most && number.Value == Math.Floor(number.Value))
        {
            return (int)number.Value;
        }

        findings.Error(number.At, $"must be a whole number from {Show(least)} to {Show(most)}, got {number.Text}");
        return null;
    }

    /// <summary>Strings; what is none is told and left out.</summary>
    public IReadOnlyList<Json5String> Texts(string key) => Array(key) is { } list ? TextsOf(list) : [];

    public IReadOnlyList<Json5String> TextsOf(Json5Array list)
    {
        foreach (var item in list.Items.Where(i => i is not Json5String))
        {
            findings.Error(item.At, $"must be a string, got {item.Kind}");
        }

        return [.. list.Items.OfType<Json5String>()];
    }

    private T? Take<T>(string key, string wanted)
        where T : Json5Node
    {
        var value = Node.Value(key);
        if (value is null or T)
        {
            return (T?)value;
        }

        findings.Error(value.At, $"must be {wanted}, got {value.Kind}");
        return null;
    }

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
}
