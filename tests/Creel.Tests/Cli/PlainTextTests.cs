using System.Text;
using Creel.Terminal;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Cli;

public class PlainTextTests
{
    /// <summary>Text that is likely to hold sequences, whole and broken.</summary>
    private static Arbitrary<string> Hostile { get; } =
        Gen.Elements([
                "\x1b",
                "[",
                "]",
                "\x9b",
                "\x9d",
                "31m",
                "0;title",
                "\a",
                "\x1b\\",
                "\r",
                "\n",
                "\t",
                "a",
                "é",
                "😀",
                "\ud83d",
                "\ude00",
                "\u202e",
                "P",
                "(B",
                "?25l",
                "\u2028",
                "~",
                "@",
                "\0",
                "\x7f",
            ])
            .ListOf()
            .Select(parts => string.Concat(parts))
            .ToArbitrary();

    [Fact]
    public void Nothing_that_moves_a_cursor_is_left() =>
        Prop.ForAll(Hostile, text => PlainText.Clean(text).All(c => c is '\n' or '\t' || !char.IsControl(c)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_that_reorders_text_is_left() =>
        Prop.ForAll(Hostile, text => !PlainText.Clean(text).Any(c => c is '\u202e' or '\u2066' or '\u2028'))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Cleaning_twice_is_cleaning_once() =>
        Prop.ForAll(Hostile, text => PlainText.Clean(PlainText.Clean(text)) == PlainText.Clean(text)).QuickCheckThrowOnFailure();

    [Fact]
    public void Half_characters_never_come_out() =>
        Prop.ForAll(Hostile, text => PlainText.Clean(text).EnumerateRunes().All(_ => true) && IsWhole(PlainText.Clean(text)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Pieces_give_the_same_as_the_whole() =>
        Prop.ForAll(
                Hostile,
                ArbMap.Default.ArbFor<PositiveInt>(),
                (text, size) =>
                {
                    var bytes = Encoding.UTF8.GetBytes(text);
                    var output = new StringWriter();
                    var writer = new PlainTextWriter(output);
                    foreach (var piece in bytes.Chunk(1 + size.Get % 7))
                    {
                        writer.Write(piece);
                    }

                    writer.Finish();
                    return output.ToString() == PlainText.Clean(Encoding.UTF8.GetString(bytes));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Ordinary_text_stays_as_it_is() =>
        Prop.ForAll(
                Gen.Elements("one", " ", "two\n", "\t", "größer", "日本", "😀", "100%", "[31m")
                    .ListOf()
                    .Select(string.Concat)
                    .ToArbitrary(),
                text => PlainText.Clean(text) == text
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("\x1b[31mred\x1b[0m", "red")]
    [InlineData("\x1b]0;owned\atext", "text")]
    [InlineData("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link")]
    [InlineData("\u009b31mred", "red")]
    [InlineData("\x1bPdcs\x1b\\after", "after")]
    [InlineData("100%\rdone", "100%\ndone")]
    [InlineData("a\r\nb", "a\nb")]
    [InlineData("back\b\b\bspace", "backspace")]
    [InlineData("\x1b(Bplain", "plain")]
    [InlineData("\x1b]0;never ends\nthe next line is there", "\nthe next line is there")]
    [InlineData("\u001bcreset", "reset")]
    public void Sequences_go_and_text_stays(string hostile, string plain) => PlainText.Clean(hostile).ShouldBe(plain);

    [Fact]
    public void A_line_is_one_line_and_says_that_it_was_cut()
    {
        PlainText.Line("one\ntwo\x1b[2J three").ShouldBe("one two three");
        PlainText.Line(new string('x', 50), 10).ShouldBe("xxxxxxxxx…");
        IsWhole(PlainText.Line("12345678😀90", 10)).ShouldBeTrue();
    }

    private static bool IsWhole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
}
