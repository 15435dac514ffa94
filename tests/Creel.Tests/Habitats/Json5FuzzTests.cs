using System.Globalization;
using System.Text;
using System.Text.Json;
using Creel.Core.Habitats.Json5;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Habitats;

public class Json5FuzzTests
{
    /// <summary>The signs that the grammar cares about come up more often than others.</summary>
    private static readonly Gen<char> Sign = Gen.Frequency(
        (8, Gen.Elements("{}[]:,'\"\\/*+-.0123456789abxefnrtuINy$_ \t\r\n".ToCharArray())),
        (1, Gen.Elements('\0', '\u2028', '\ufeff', '\ud83d', '\ude00', 'é', '\uffff', '\u200d')),
        (1, Gen.Choose(0, 0xffff).Select(i => (char)i))
    );

    private static readonly Gen<string> Noise = Sign.ArrayOf().Select(c => new string(c));

    private static readonly Gen<string> Mutated =
        from text in Documents
        from at in Gen.Choose(0, text.Length)
        from cut in Gen.Choose(0, Math.Min(3, text.Length - at))
        from extra in Noise.Resize(4)
        select text.Remove(at, cut).Insert(at, extra);

    private static Gen<string> Documents => Gen.Sized(size => Json(Math.Min(size, 20)));

    [Fact]
    public void Anything_at_all_is_read_or_refused_without_a_crash() => Run(Noise, 50_000, ReadsOrRefuses);

    [Fact]
    public void A_document_with_a_mistake_is_read_or_refused_without_a_crash() => Run(Mutated, 50_000, ReadsOrRefuses);

    [Fact]
    public void Plain_json_means_the_same_as_to_the_platform() =>
        Run(
            Documents,
            5_000,
            text =>
            {
                using var expected = JsonDocument.Parse(text);
                var reading = Json5Reader.Read("f", text);
                return reading.Problems.Count == 0 && Same(expected.RootElement, reading.Root!);
            }
        );

    [Fact]
    public void What_is_written_reads_back_the_same() =>
        Run(
            Documents,
            5_000,
            text =>
            {
                var json = Json5Text.Write(Json5Reader.Read("f", text).Root!);
                using var once = JsonDocument.Parse(json);
                return Same(once.RootElement, Json5Reader.Read("f", text).Root!)
                    && Json5Text.Write(Json5Reader.Read("f", json).Root!) == json;
            }
        );

    [Fact]
    public void What_json_refuses_and_json5_does_not_allow_is_refused_too() =>
        Run(
            Mutated,
            20_000,
            text =>
            {
                var reading = Json5Reader.Read("f", text);
                return reading.Problems.Count > 0 || IsJson(Json5Text.Write(reading.Root!));
            }
        );

    private static bool ReadsOrRefuses(string text)
    {
        var reading = Json5Reader.Read("f", text);
        return (reading.Problems.Count > 0 || reading.Root is not null)
            && reading.Problems.Count <= 50
            && reading.Problems.All(p => p.Line > 0 && p.Column > 0 && p.ToString().Length < 2_000);
    }

    private static void Run(Gen<string> gen, int count, Func<string, bool> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(60), Prop.ForAll(gen.ToArbitrary(), holds));

    private static bool IsJson(string text)
    {
        using var document = JsonDocument.Parse(text);
        return true;
    }

    private static Gen<string> Json(int size)
    {
        var scalar = Gen.OneOf(
            Gen.Elements(
                "true",
                "false",
                "null",
                "0",
                "-0",
                "1e5",
                "-2.5E-3",
                "12345678901234567890",
                "\"\"",
                "\"\\ud83d\\ude00\\n\\/\""
            ),
            Gen.Choose(-1000, 1000).Select(i => i.ToString(CultureInfo.InvariantCulture)),
            Text
        );
        if (size <= 1)
        {
            return scalar;
        }

        var item = Json(size / 3);
        return Gen.Frequency(
            (2, scalar),
            (3, item.ArrayOf().Resize(5).Select(items => $"[{string.Join(" , ", items)}]")),
            (
                3,
                from values in item.ArrayOf().Resize(5)
                from key in Text
                select $"{{{string.Join(",\n", values.Select((v, i) => $"{key[..^1]}{i}\" :{v}"))}}}"
            )
        );
    }

    private static Gen<string> Text =>
        Sign.ArrayOf().Resize(8).Select(c => JsonSerializer.Serialize(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(c))));

    private static bool Same(JsonElement expected, Json5Node actual) =>
        (expected.ValueKind, actual) switch
        {
            (JsonValueKind.Object, Json5Object o) => expected
                .EnumerateObject()
                .Zip(o.Members, (e, a) => e.Name == a.Key && Same(e.Value, a.Value))
                .All(same => same)
                && expected.EnumerateObject().Count() == o.Members.Count,
            (JsonValueKind.Array, Json5Array a) => a.Items.Count == expected.GetArrayLength()
                && expected.EnumerateArray().Zip(a.Items, Same).All(same => same),
            (JsonValueKind.String, Json5String s) => s.Value == expected.GetString(),
            (JsonValueKind.Number, Json5Number n) => n.Value.Equals(expected.GetDouble()),
            (JsonValueKind.True, Json5Bool b) => b.Value,
            (JsonValueKind.False, Json5Bool b) => !b.Value,
            (JsonValueKind.Null, Json5Null) => true,
            _ => false,
        };
}
