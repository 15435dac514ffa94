namespace Creel.Core.Gateway;

public enum ParamKind
{
    Any,
    Text,
    Integer,
    Number,
    Bool,
    Object,
    TextList,
}

/// <summary>What one field of a call's parameters must be.</summary>
public sealed record ParamRule(string Name, ParamKind Kind)
{
    public bool Required { get; init; } = true;

    /// <summary>A null is taken as well.</summary>
    public bool Nullable { get; init; }

    /// <summary>Characters.</summary>
    public int Least { get; init; }

    /// <summary>Characters.</summary>
    public int Most { get; init; } = int.MaxValue;

    public double? From { get; init; }
    public double? To { get; init; }

    /// <summary>The words that are taken; null: any.</summary>
    public IReadOnlyList<string>? OneOf { get; init; }

    /// <summary>Of an object; null: whatever it says.</summary>
    public ParamShape? Shape { get; init; }

    public static ParamRule Text(string name, int least = 0) => new(name, ParamKind.Text) { Least = least };

    public static ParamRule Any(string name) => new(name, ParamKind.Any);

    public static ParamRule Integer(string name, double? from = null, double? to = null) =>
        new(name, ParamKind.Integer) { From = from, To = to };

    public static ParamRule Bool(string name) => new(name, ParamKind.Bool);

    public static ParamRule Object(string name, ParamShape? shape = null) => new(name, ParamKind.Object) { Shape = shape };

    public static ParamRule Texts(string name) => new(name, ParamKind.TextList);

    public ParamRule Optional() => this with { Required = false };

    public ParamRule OrNull() => this with { Required = false, Nullable = true };
}
