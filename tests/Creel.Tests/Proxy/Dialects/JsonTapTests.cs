using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Proxy.Dialects;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Proxy.Dialects;

public class JsonTapTests
{
    private static readonly string[] Keys = ["usage", "a", "message", "type", "us\"age", "ключ"];

    /// <summary>Whatever the text, and wherever it is cut, the same comes out as a whole parser finds.</summary>
    [Fact]
    public void It_takes_what_a_parser_finds() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(3000),
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var node = Object(random, 4);
                var options = new JsonSerializerOptions { WriteIndented = random.Next(2) == 0 };
                var text = Encoding.UTF8.GetBytes(node.ToJsonString(options));
                var tap = new JsonTap(1 << 20, new TapPaths("usage", "message.usage"));
                for (var i = 0; i < text.Length; )
                {
                    var length = Math.Min(text.Length - i, random.Next(1, 20));
                    tap.Feed(text.AsSpan(i, length));
                    i += length;
                }

                return tap.IsComplete
                    && Same(tap[0], node, "usage", options)
                    && Same(tap[1], node["message"] as JsonObject, "usage", options);
            })
        );

    [Fact]
    public void No_bytes_make_it_throw() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                var tap = new JsonTap(10, new TapPaths("usage", "a.b"));
                tap.Feed(bytes);
                tap.Feed("{\"usage\":[[[["u8);
                tap.Feed(bytes);
                return tap[0].Length <= 10;
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_value_that_is_too_long_is_not_taken()
    {
        var tap = new JsonTap(4, new TapPaths("a", "b"));
        tap.Feed("""{"a":12345,"b":1234}"""u8);
        tap[0].IsEmpty.ShouldBeTrue();
        tap[1].ToArray().ShouldBe("1234"u8.ToArray());
    }

    [Theory]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1}}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{\"a\":1]")]
    [InlineData("[DONE]x")]
    [InlineData("")]
    public void What_is_no_whole_object_is_not_complete(string text)
    {
        var tap = new JsonTap(10, new TapPaths("a"));
        tap.Feed(Encoding.UTF8.GetBytes(text));
        tap.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public void Too_deep_is_broken()
    {
        var tap = new JsonTap(10, new TapPaths("a"));
        tap.Feed(Encoding.UTF8.GetBytes(new string('[', 1000) + new string(']', 1000)));
        tap.IsComplete.ShouldBeFalse();
    }

    private static bool Same(ReadOnlySpan<byte> taken, JsonObject? holder, string key, JsonSerializerOptions options) =>
        holder is null || !holder.ContainsKey(key) ? taken.IsEmpty : JsonNode.DeepEquals(JsonNode.Parse(taken), holder[key]);

    private static JsonObject Object(Random random, int depth)
    {
        var result = new JsonObject();
        foreach (var key in Keys.Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()))
        {
            result[key] = Value(random, depth - 1);
        }

        return result;
    }

    private static JsonNode? Value(Random random, int depth) =>
        random.Next(depth > 0 ? 7 : 5) switch
        {
            0 => null,
            1 => random.Next(-5, 1000),
            2 => random.NextDouble() * 1e20,
            3 => random.Next(2) == 0,
            4 => "te\"x\\t {[,:" + Keys[random.Next(Keys.Length)],
            5 => Object(random, depth),
            _ => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1))]),
        };
}
