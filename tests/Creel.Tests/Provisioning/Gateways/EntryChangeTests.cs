using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Provisioning.Gateways;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Provisioning.Gateways;

/// <summary>Heartbeats as a gateway may have them, whatever JSON allows.</summary>
public sealed class EntryChangeTests
{
    /// <summary>JSON that is odd in one way or another, each as a gateway may write it.</summary>
    private static readonly string[] Odd =
    [
        "5",
        "5.0",
        "50e-1",
        "-0",
        "0",
        "1e99999999999999",
        "-1e99999999999999",
        "1e-99999999999999",
        "0e99999999999999",
        "0.5e2147483648",
        "1e400",
        "1e308",
        "9007199254740993",
        "9007199254740992",
        "79228162514264337593543950336",
        new string('9', 400),
        "0." + new string('0', 400) + "1",
        "\"5\"",
        "\"\"",
        "\"\\u0000\"",
        "\"\\ud83d\\ude00\"",
        "null",
        "true",
        "[]",
        "{}",
        "[5]",
        "[1e99999999999999]",
        "{\"a\":1e99999999999999}",
        string.Concat(Enumerable.Repeat("[", 50)) + string.Concat(Enumerable.Repeat("]", 50)),
    ];

    [Theory]
    [InlineData("5", "5.0", true)]
    [InlineData("5", "50e-1", true)]
    [InlineData("0", "-0", true)]
    [InlineData("1e308", "10e307", true)]
    [InlineData("1e99999999999999", "1e99999999999999", true)]
    [InlineData("5", "1e99999999999999", false)]
    [InlineData("1e400", "1e500", false)]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("5", "\"5\"", false)]
    [InlineData("null", "0", false)]
    [InlineData("{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1e0}", true)]
    [InlineData("{\"a\":1}", "{\"a\":1,\"b\":2}", false)]
    [InlineData("[1,2]", "[2,1]", false)]
    public void A_value_is_said_again_where_it_is_another(string ours, string theirs, bool same)
    {
        Differs(ours, theirs).ShouldBe(!same);
        Differs(theirs, ours).ShouldBe(!same);
    }

    [Fact]
    public void Whatever_stands_there_is_compared_and_what_is_the_same_text_is_the_same() =>
        Prop.ForAll(
                Arb.From(Values(3)),
                Arb.From(Values(3)),
                (ours, theirs) =>
                {
                    Differs(ours, ours).ShouldBeFalse(ours);
                    Differs(ours, theirs).ShouldBe(Differs(theirs, ours), $"{ours} and {theirs}");
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_heartbeat_of_any_json_is_brought_to_what_is_wanted() =>
        Prop.ForAll(
                Arb.From(Values(3)),
                theirs =>
                {
                    var known = JsonElement.Parse($$"""{"workspace":"/w","heartbeat":{{theirs}} }""");
                    EntryChange.Of(known, Entry("5"), RosterShape.Entries).ToJsonString().ShouldContain("\"activeHours\":5");
                }
            )
            .QuickCheckThrowOnFailure();

    private static Gen<string> Values(int depth) =>
        depth == 0
            ? Gen.Elements(Odd)
            : Gen.OneOf(
                Gen.Elements(Odd),
                Values(depth - 1).ArrayOf(2).Select(v => $"[{string.Join(',', v)}]"),
                Values(depth - 1).ArrayOf(2).Select(v => $$"""{"a":{{v[0]}},"b\u0000":{{v[1]}} }""")
            );

    private static bool Differs(string ours, string theirs)
    {
        var known = JsonElement.Parse($$"""{"workspace":"/w","heartbeat":{"activeHours":{{theirs}} } }""");
        return EntryChange.Differs(known, Entry(ours), RosterShape.Entries);
    }

    private static HeartbeatEntry Entry(string value) =>
        new("lisa", "/w", JsonNode.Parse($$"""{"activeHours":{{value}} }""")!.AsObject());
}
