namespace Creel.Adapters.Compose;

/// <summary>A YAML document, of the few kinds that a compose file has.</summary>
internal abstract record YamlNode
{
    private YamlNode() { }

    public sealed record Map(IReadOnlyList<(string Key, YamlNode Value)> Entries) : YamlNode;

    public sealed record Sequence(IReadOnlyList<YamlNode> Items) : YamlNode;

    /// <summary>Text that reads back as the same text: quoted wherever that is needed.</summary>
    public sealed record Text(string Value) : YamlNode;

    /// <summary>Text that the older generator wrote bare; refused where bare text reads back as something else.</summary>
    public sealed record Bare(string Value) : YamlNode;

    /// <summary>A number or a truth value, as it is written.</summary>
    public sealed record Literal(string Value) : YamlNode;

    public static Map Of(params IEnumerable<(string Key, YamlNode? Value)> entries) =>
        new([.. entries.Where(e => e.Value is not null).Select(e => (e.Key, e.Value!))]);

    public static Sequence Texts(params IEnumerable<string> texts) => new([.. texts.Select(t => new Text(t))]);

    public static Literal Number(long value) => new(value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static Literal Flag(bool value) => new(value ? "true" : "false");
}
