using System.Globalization;
using System.Text;
using System.Text.Json;
using Creel.Core.Habitats.Json5;

namespace Creel.Tests.Habitats;

public class Json5ReaderTests
{
    [Theory]
    [InlineData("{a:1,}", """{"a":1}""")]
    [InlineData("[1,2,]", "[1,2]")]
    [InlineData("{'it\\'s': \"a \\\"b\\\"\"}", """{"it's":"a \"b\""}""")]
    [InlineData("// c\n{/* x */ a /* y */ : // z\n 'b'}", """{"a":"b"}""")]
    [InlineData("{$_é: 1, \\u0061b: 2, 𝒳: 3}", """{"$_é":1,"ab":2,"\uD835\uDCB3":3}""")]
    [InlineData("[0x1F, -0Xff, .5, 5., +1, 1e3, -1.5E-2, 0]", "[31,-255,0.5,5,1,1e3,-1.5E-2,0]")]
    [InlineData("['a\\\nb', 'a\\\r\nb', 'a\\\u2028b']", """["ab","ab","ab"]""")]
    [InlineData("'\\x41\\u0042\\v\\0\\q'", "\"AB\\u000B\\u0000q\"")]
    [InlineData("\ufeff\u00a0\u2003[true,false,null]\f\v", "[true,false,null]")]
    [InlineData("{while: 1, true: 2, Infinity: 3}", """{"while":1,"true":2,"Infinity":3}""")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("'\u2028'", "\"\\u2028\"")]
    public void Reads_what_json5_allows(string text, string json)
    {
        var reading = Json5Reader.Read("f", text);
        reading.Problems.ShouldBeEmpty();
        Json5Text.Write(reading.Root!).ShouldBe(json);
    }

    [Theory]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("+NaN", double.NaN)]
    public void Reads_numbers_that_json_lacks(string text, double value) =>
        Json5Reader.Read("f", text).Root.ShouldBeOfType<Json5Number>().Value.ShouldBe(value);

    [Theory]
    [InlineData("", "f:1:1: the file is empty; a habitat is at least '{}'")]
    [InlineData("{a:1", "f:1:1: this object is never closed: '}' is missing")]
    [InlineData("{a:[1", "f:1:4 a: this array is never closed: ']' is missing")]
    [InlineData("{a 1}", "f:1:4 a: expected ':' after the key, found '1'")]
    [InlineData("{a:}", "f:1:4 a: expected a value, found '}'")]
    [InlineData("{a:1 b:2}", "f:1:6: expected ',' or '}', found 'b'")]
    [InlineData("{a:1,\n a:2}", "f:2:2 a: the key 'a' is there twice; the first is at f:1:2")]
    [InlineData("{a:yes}", "f:1:4 a: 'yes' is not a value; a text needs quotes")]
    [InlineData("[010]", "f:1:2 [0]: '010' is not a number; a text needs quotes")]
    [InlineData("[512m]", "f:1:2 [0]: '512m' is not a number; a text needs quotes")]
    [InlineData("[1.2.3]", "f:1:2 [0]: '1.2.3' is not a number; a text needs quotes")]
    [InlineData("['a\n']", "f:1:2 [0]: this string is never closed: ' is missing before the end of the line")]
    [InlineData("['\\u12']", "f:1:3 [0]: \\u needs four hexadecimal digits")]
    [InlineData("['\\8']", "f:1:3 [0]: \\8 is not an escape; for the digit itself write it without the backslash")]
    [InlineData("/* x", "f:1:1: this comment is never closed: '*/' is missing")]
    [InlineData("{} x", "f:1:4: there is something after the end: 'x'")]
    [InlineData("{a-b: 1}", "f:1:3 a: expected ':' after the key, found '-'")]
    [InlineData("[1}", "f:1:3: expected ']' for the array that opened at line 1, column 1, found '}'")]
    [InlineData("{'😀': {x: 1 2}}", "f:1:13 ['😀']: expected ',' or '}', found '2'")]
    public void Says_what_is_wrong_and_where(string text, string problem) =>
        Json5Reader.Read("f", text).Problems[0].ToString().ShouldBe(problem);

    [Fact]
    public void Goes_on_after_a_mistake()
    {
        var reading = Json5Reader.Read("f", "{\n a: oops,\n b: [1, 0x, {c 2}, 3],\n d: 'x',\n e: ,\n}");
        reading.Problems.Select(p => p.Line).ShouldBe([2, 3, 3, 5]);
        Json5Text.Write(reading.Root!).ShouldBe("""{"b":[1,{},3],"d":"x"}""");
    }

    [Fact]
    public void Refuses_what_is_nested_too_deep_and_reads_what_is_just_not()
    {
        Json5Reader.Read("f", new string('[', 64) + new string(']', 64)).Problems.ShouldBeEmpty();
        var deep = Json5Reader.Read("f", new string('[', 1_000_000));
        deep.Problems.Count.ShouldBe(1);
        deep.Problems[0].ToString().ShouldEndWith("nested more than 64 deep");
        deep.Problems[0].Column.ShouldBe(65);
    }

    [Fact]
    public void Stops_after_fifty_problems()
    {
        var reading = Json5Reader.Read("f", string.Concat(Enumerable.Repeat("? ,", 200_000)).Insert(0, "["));
        reading.Problems.Count.ShouldBe(50);
    }

    [Fact]
    public void Columns_count_characters_and_lines_end_in_all_three_ways()
    {
        var reading = Json5Reader.Read("f", "[\r\n1,\r2,\n'😀é', 3]");
        ((Json5Array)reading.Root!).Items.Select(i => (i.At.Line, i.At.Column)).ShouldBe([(2, 1), (3, 1), (4, 1), (4, 7)]);
    }

    [Fact]
    public void Writes_readable_json()
    {
        var root = Json5Reader.Read("f", "{a:[1,{b:'\\u00e9<'}], c:Infinity, d:'\\ud800'}").Root!;
        var json = Json5Text.Write(root);
        json.ShouldBe("{\"a\":[1,{\"b\":\"é<\"}],\"c\":null,\"d\":\"\ufffd\"}");
        using var parsed = JsonDocument.Parse(Json5Text.Write(root, indented: true));
        parsed.RootElement.GetProperty("a")[0].GetInt32().ShouldBe(1);
    }
}
