using System.Text;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Outbound;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Habitats;

public class OfflineTests
{
    [Theory]
    [InlineData(
        "{offline: 5}",
        "h.json5:1:11 offline: must be true, false, a file's name or an object with 'answers', got a number"
    )]
    [InlineData("{offline: 'a.json5'}", "h.json5:1:11 offline: there is no file 'a.json5' in the habitat's folder")]
    [InlineData(
        "{offline: '../a.json5'}",
        "h.json5:1:11 offline: '../a.json5' is no file below the habitat's folder, as in 'answers.json5'"
    )]
    [InlineData(
        "{offline: '/etc/passwd'}",
        "h.json5:1:11 offline: '/etc/passwd' is no file below the habitat's folder, as in 'answers.json5'"
    )]
    [InlineData(
        "{offline: {answers: ['hello']}}",
        "h.json5:1:22 offline.answers[0]: must be an object with 'when' and 'text', 'tool' or 'error', got a string"
    )]
    [InlineData(
        "{offline: {answers: [{error: 200}]}}",
        "h.json5:1:30 offline.answers[0].error: must be a whole number from 400 to 599, got 200"
    )]
    [InlineData("{offline: {answers: [{text: 5}]}}", "h.json5:1:29 offline.answers[0].text: must be a string, got a number")]
    [InlineData(
        "{offline: {answers: [{tool: {input: {}}}]}}",
        "h.json5:1:29 offline.answers[0].tool: needs 'name', as the request offers it"
    )]
    [InlineData(
        "{offline: {answers: [{when: {after: 'tols'}}]}}",
        "h.json5:1:37 offline.answers[0].when.after: 'tols' is none of: user, tool; did you mean 'tool'?"
    )]
    [InlineData(
        "{offline: {answers: [{error: 429, tool: {name: 'x'}}]}}",
        "h.json5:1:30 offline.answers[0].error: an error has no 'tool' and is not 'cut': write two answers"
    )]
    [InlineData("{offline: {answers: [{retryAfter: 1}]}}", "h.json5:1:35 offline.answers[0].retryAfter: belongs to an 'error'")]
    public void Each_mistake_is_told_with_its_place_and_what_to_do(string text, string error) =>
        Habitat.Errors(text).First().ShouldBe(error);

    [Theory]
    [InlineData("{answers: [\n {text: 5}]}", "a.json5:2:9 answers[0].text: must be a string, got a number")]
    [InlineData("[]", "a.json5:1:1: must be an object with 'answers', got an array")]
    [InlineData(
        "{answers: [{tool: {name: 'x', input: {a: NaN}}}]}",
        "a.json5:1:42 answers[0].tool.input.a: NaN is too large or not a number at all"
    )]
    public void A_mistake_in_the_file_is_told_where_it_stands(string file, string error) =>
        Habitat.Errors("{offline: 'a.json5'}", include: _ => file).First().ShouldBe(error);

    [Theory]
    [InlineData(
        "{offline: {answers: [{text: 'a'}, {text: 'b'}]}}",
        "h.json5:1:35 offline.answers[1]: is never reached: the answer at h.json5:1:22 is given to everything"
    )]
    [InlineData(
        "{agents: {list: [{id: 'bart'}]}, offline: {answers: [{when: {agent: 'brat'}}]}}",
        "h.json5:1:69 offline.answers[0].when.agent: 'brat' is no agent here: this answer is never given; did you mean 'bart'?"
    )]
    public void What_does_nothing_is_a_warning(string text, string warning) => Habitat.Warnings(text).First().ShouldBe(warning);

    [Fact]
    public void Without_a_word_and_with_false_calls_go_out()
    {
        Habitat.Model("{}").Offline.ShouldBeNull();
        Habitat.Model("{offline: false}").Offline.ShouldBeNull();
        Habitat.Model("{offline: true}").Offline.ShouldBe(OfflineScript.Plain);
        HabitatOrders.Of(Habitat.Model("{offline: true}"), []).Offline.ShouldBe(OfflineScript.Plain);
    }

    [Fact]
    public void Written_in_the_habitat_or_in_a_file_it_is_the_same_and_reaches_the_proxy_as_it_is()
    {
        const string Script = """
            {
                answers: [
                    { when: { agent: 'main', contains: 'list' }, text: 'so', tool: { name: 'exec', input: { command: 'ls', n: 0x10 } } },
                    { when: { after: 'tool', turn: 2, model: 'm', group: 'main' }, text: 'two\nlines', delay: 5, cut: 3, times: 2 },
                    { error: 529, retryAfter: 1 },
                ],
            }
            """;
        var inside = Habitat.Model($"{{offline: {Script}}}");
        var beside = Habitat.Model("{offline: 'a/b.json5'}", include: path => path == "a/b.json5" ? Script : null);
        Write(beside).ShouldBe(Write(inside));
        var orders = OrdersText.Read(Write(inside));
        var rules = orders.Offline!.Rules;
        rules[0].Tools.ShouldBe([new OfflineTool("exec", """{"command":"ls","n":16}""")]);
        rules[1].When.ShouldBe(new OfflineMatch(Group: "main", Model: "m", Turn: 2, After: "tool"));
        (rules[1].Text, rules[1].Delay, rules[1].Cut, rules[1].Times).ShouldBe(("two\nlines", 5, 3, 2));
        (rules[2].Error, rules[2].RetryAfter, rules[2].Text).ShouldBe((529, 1, null));

        static byte[] Write(HabitatModel model) => OrdersText.Write(HabitatOrders.Of(model, []));
    }

    [Fact]
    public void Orders_with_an_impossible_rule_are_refused()
    {
        OfflineRule[] rules =
        [
            new() { Error = 200 },
            new() { Delay = -1 },
            new() { Tools = [new OfflineTool("x", "[]")] },
            new() { Tools = [new OfflineTool("x", "{")] },
        ];
        foreach (var rule in rules)
        {
            var text = OrdersText.Write(ProxyOrders.None with { Offline = new OfflineScript { Rules = [rule] } });
            Should.Throw<CreelException>(() => OrdersText.Read(text)).Fault.Code.ShouldBe("orders");
        }
    }

    [Fact]
    public void The_file_is_the_habitats_own_and_no_cell_may_write_it()
    {
        var errors = Habitat.Errors(
            "{offline: 'work/a.json5', agents: {list: [{id: 'a', workspace: 'work'}]}}",
            include: _ => "{}"
        );
        errors.ShouldContain(error => error.Contains("workspace", StringComparison.Ordinal));
    }

    [Fact]
    public void Any_file_is_read_or_refused_without_a_crash_and_what_is_read_can_be_ordered() =>
        Prop.ForAll(
                Arb.From(Files),
                file =>
                {
                    var reading = Habitat.Read("{offline: 'a.json5'}", include: _ => file);
                    if (reading.Model is { } model)
                    {
                        OrdersText.Read(OrdersText.Write(HabitatOrders.Of(model, []))).Offline.ShouldNotBeNull();
                    }

                    return (reading.Model is null) == reading.Problems.Any(p => p.Severity == Severity.Error);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    /// <summary>Scripts in which any key has any value, and noise in their text now and then.</summary>
    private static Gen<string> Files =>
        from rules in Rule.ArrayOf().Resize(4)
        from noise in Gen.Frequency(
            (4, Gen.Constant("")),
            (1, Gen.Elements("{}[]:,'\"\\/*\0\ud83d0x-.eN".ToCharArray()).ArrayOf().Select(c => new string(c)))
        )
        let text = $"{{answers: [{string.Join(", ", rules)}]}}"
        from at in Gen.Choose(0, text.Length)
        select text.Insert(at, noise.Length > 3 ? noise[..3] : noise);

    private static Gen<string> Rule =>
        Members(
            "when",
            Members("agent", Value, "group", Value, "model", Value, "contains", Value, "turn", Value, "after", Value),
            "text",
            Value,
            "tool",
            Members("name", Value, "input", Gen.OneOf(Value, Members("a", Value))),
            "error",
            Value,
            "delay",
            Value,
            "cut",
            Value,
            "times",
            Value
        );

    private static Gen<string> Value =>
        Gen.Elements(
            "null",
            "true",
            "5",
            "-1",
            "429",
            "1e99",
            "NaN",
            "''",
            "'main'",
            "'tool'",
            "'\\ud83d'",
            "'a\\nb'",
            "[]",
            "{}",
            "[{}]",
            "0x10"
        );

    private static Gen<string> Members(params object[] parts) =>
        parts
            .Chunk(2)
            .Select(pair => Gen.Frequency((2, Gen.Constant("")), (1, ((Gen<string>)pair[1]).Select(v => $"{pair[0]}: {v}, "))))
            .Aggregate(Gen.Constant(""), (all, next) => from a in all from b in next select a + b)
            .Select(inside => $"{{{inside}}}");
}
