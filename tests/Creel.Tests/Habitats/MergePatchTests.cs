using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Patching;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Habitats;

public class MergePatchTests
{
    [Theory]
    [InlineData("{a: 1}", "{b: 2}", """{"a":1,"b":2}""")]
    [InlineData("{a: 1, b: 2}", "{a: null}", """{"b":2}""")]
    [InlineData("{a: {b: 1, c: 2}}", "{a: {b: null, d: 3}}", """{"a":{"c":2,"d":3}}""")]
    [InlineData("{a: [1, 2]}", "{a: [3]}", """{"a":[3]}""")]
    [InlineData("{a: 1}", "{a: {b: null, c: 1}}", """{"a":{"c":1}}""")]
    [InlineData("{l: [{id: 'x', n: 1}, {id: 'y'}]}", "{l: [{id: 'y', n: 2}]}", """{"l":[{"id":"x","n":1},{"id":"y","n":2}]}""")]
    [InlineData("{l: [{id: 'x'}]}", "{l: [{id: 'z'}, {n: 1}]}", """{"l":[{"id":"x"},{"id":"z"},{"n":1}]}""")]
    [InlineData("{l: [{id: 'x', n: 1}]}", "{l: [{id: 'x', n: null}]}", """{"l":[{"id":"x"}]}""")]
    [InlineData("{l: [{id: 'x'}, 5]}", "{l: [{id: 'z'}]}", """{"l":[{"id":"z"}]}""")]
    [InlineData("{bindings: [{agentId: 'a'}]}", "{bindings: []}", """{"bindings":[]}""")]
    [InlineData("{}", "{__proto__: {a: 1}, constructor: 1, b: {prototype: 1}}", """{"b":{}}""")]
    public void A_patch_changes_what_it_says_and_nothing_else(string target, string patch, string result) =>
        Json5Text.Write(MergePatch.Apply(Tree(target), Tree(patch))).ShouldBe(result);

    [Fact]
    public void A_patch_applied_twice_is_as_good_as_once() =>
        Prop.ForAll(
                Pairs(),
                pair =>
                {
                    // But for items without an id, which are added each time, and nulls in items that are new.
                    var once = MergePatch.Apply(pair.Target, pair.Patch);
                    return Same(MergePatch.Apply(once, pair.Patch), once);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_patch_of_nothing_changes_nothing() =>
        Prop.ForAll(Pairs(), pair => Same(MergePatch.Apply(pair.Target, Tree("{}")), pair.Target)).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_is_lost_that_a_patch_does_not_name() =>
        Prop.ForAll(
                Pairs(),
                pair =>
                {
                    var after = MergePatch.Apply(pair.Target, pair.Patch);
                    return pair
                        .Target.Members.Where(m => pair.Patch.Find(m.Key) is null)
                        .All(m => after.Find(m.Key) is { } kept && Json5Text.Write(kept.Value) == Json5Text.Write(m.Value));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void What_was_hidden_comes_back_from_what_was_there()
    {
        var known = Tree(
            """
            { channels: { telegram: { botToken: "1:s", accounts: { a: { botToken: "${T}" } } } },
              agents: { list: [{ id: "x", apiKey: "k1" }, { id: "y", apiKey: "k2" }] }, session: { mainKey: "main" } }
            """
        );
        var hidden = Json5Text.Write(Redaction.Hide(known));
        hidden.ShouldNotContain("1:s");
        hidden.ShouldNotContain("k1");
        hidden.ShouldContain("${T}");
        hidden.ShouldContain("\"mainKey\":\"main\"");
        Json5Text.Write(Redaction.Restore(Tree(hidden), known, out var unknown)).ShouldBe(Json5Text.Write(known));
        unknown.ShouldBeNull();

        var moved = Tree("{ agents: { list: [{ id: 'y', apiKey: '__OPENCLAW_REDACTED__' }] } }");
        Json5Text.Write(Redaction.Restore(moved, known, out _)).ShouldContain("k2");
        Redaction.Restore(Tree("{ a: { token: '__OPENCLAW_REDACTED__' } }"), known, out var lost);
        lost.ShouldBe("a.token");
    }

    private static bool Same(Json5Node one, Json5Node two) => Json5Text.Write(one) == Json5Text.Write(two);

    private static Json5Object Tree(string text) => (Json5Object)Json5Reader.Read("t", text).Root!;

    private sealed record Pair(Json5Object Target, Json5Object Patch);

    private static Arbitrary<Pair> Pairs() =>
        Arb.From(from target in Map(3, false) from patch in Map(3, true) select new Pair(Tree(target), Tree(patch)));

    private static Gen<string> Map(int depth, bool nulls) =>
        from keys in Gen.SubListOf("a", "b", "c", "list", "é")
        from values in Value(depth, nulls).ArrayOf(keys.Count)
        select "{" + string.Join(", ", keys.Zip(values, (k, v) => $"'{k}': {v}")) + "}";

    private static Gen<string> Value(int depth, bool nulls)
    {
        var leaf = Gen.Elements("1", "'x'", "true", nulls ? "null" : "2");
        return depth == 0
            ? leaf
            : Gen.OneOf(
                leaf,
                Map(depth - 1, nulls),
                from ids in Gen.SubListOf("p", "q", "r")
                from maps in Map(depth - 1, nulls: false).ArrayOf(ids.Count)
                select "[" + string.Join(", ", ids.Zip(maps, (i, m) => $"{{id: '{i}', in: {m}}}")) + "]"
            );
    }
}
