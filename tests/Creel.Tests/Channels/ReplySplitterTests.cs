using System.Text;
using Creel.Core.Channels;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Channels;

public class ReplySplitterTests
{
    [Fact]
    public void What_is_short_is_one() => ReplySplitter.Split("hello\n", 100).ShouldBe(["hello"]);

    [Fact]
    public void What_is_nothing_is_none() => ReplySplitter.Split(" \n\n ", 100).ShouldBeEmpty();

    [Fact]
    public void Paragraphs_stay_together()
    {
        var (one, two) = (new string('a', 60), new string('b', 60));

        ReplySplitter.Split($"{one}\n\n{two}", 100).ShouldBe([one, two]);
    }

    [Fact]
    public void Sentences_come_before_words()
    {
        var pieces = ReplySplitter.Split(
            "This is the first sentence of all that there are here. And this one follows it at once, long.",
            80
        );

        pieces[0].ShouldEndWith("here.");
        pieces[1].ShouldStartWith("And");
    }

    [Fact]
    public void A_block_that_is_cut_is_closed_and_opened_again()
    {
        var code = string.Join('\n', Enumerable.Range(0, 40).Select(i => $"line {i}"));

        var pieces = ReplySplitter.Split($"See:\n```python\n{code}\n```\nDone.", 120);

        pieces.Count.ShouldBeGreaterThan(2);
        pieces.ShouldAllBe(p => p.Length <= 120 && p.Split("```").Length % 2 == 1);
        pieces.Skip(1).Take(pieces.Count - 2).ShouldAllBe(p => p.StartsWith("```python\n"));
        pieces[^1].ShouldEndWith("Done.");
    }

    [Fact]
    public void Characters_of_several_parts_stay_whole()
    {
        const string Family = "👨‍👩‍👧‍👦";
        var text = string.Concat(Enumerable.Repeat(Family, 40));

        var pieces = ReplySplitter.Split(text, 100);

        pieces.ShouldAllBe(p => p.Length % Family.Length == 0);
        string.Concat(pieces).ShouldBe(text);
    }

    [Fact]
    public void Any_text_comes_out_whole_in_messages_that_fit()
    {
        var words = Gen.Elements(
            "word",
            "a",
            "👨‍👩‍👧",
            "é",
            "\n",
            "\n\n",
            ". ",
            "```\n",
            "```js\n",
            " ",
            "\ud800",
            new string('x', 90),
            "漢字。"
        );
        var texts = words.ListOf(60).Select(parts => string.Concat(parts)).ToArbitrary();
        Prop.ForAll(
                texts,
                text =>
                {
                    var pieces = ReplySplitter.Split(text, 64);
                    var halves = pieces.Sum(Halves) <= Halves(text);
                    var fits = pieces.All(p => p.Length <= 64 && !string.IsNullOrWhiteSpace(p));
                    var whole = Bare(string.Concat(pieces)) == Bare(text) || text.Contains("```", StringComparison.Ordinal);
                    return fits && halves && whole;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static int Halves(string text) => text.EnumerateRunes().Count(r => r == Rune.ReplacementChar);

    private static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
