using System.Xml.Linq;
using Creel.Adapters.Telegram;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Telegram;

public class TelegramHtmlTests
{
    [Theory]
    [InlineData("plain & <b>", "plain &amp; &lt;b&gt;")]
    [InlineData("**bold** and *it* and _it_", "<b>bold</b> and <i>it</i> and <i>it</i>")]
    [InlineData("~~no~~ `a<b`", "<s>no</s> <code>a&lt;b</code>")]
    [InlineData("snake_case_name 2*3*4", "snake_case_name 2*3*4")]
    [InlineData("# Title", "<b>Title</b>")]
    [InlineData("- one\n* two", "• one\n• two")]
    [InlineData("[x](https://a.b/?c&d)", "<a href=\"https://a.b/?c&amp;d\">x</a>")]
    [InlineData("[x](javascript:alert(1))", "[x](javascript:alert(1))")]
    [InlineData("```py\na < b\n```\nend", "<pre><code class=\"language-py\">a &lt; b</code></pre>\nend")]
    [InlineData("```\nopen", "<pre>open</pre>")]
    [InlineData("**a *b* c**", "<b>a <i>b</i> c</b>")]
    [InlineData("** not bold **", "** not bold **")]
    public void Markdown_becomes_the_few_tags_there_are(string markdown, string html) => TelegramHtml.Of(markdown).ShouldBe(html);

    [Fact]
    public void Any_text_becomes_well_formed_tags()
    {
        var parts = Gen.Elements(
            "*",
            "**",
            "_",
            "__",
            "~~",
            "`",
            "```",
            "\n",
            "[",
            "](",
            ")",
            "https://a.b",
            "<",
            "&",
            "\"",
            "a",
            " ",
            "# ",
            "- "
        );
        Prop.ForAll(
                parts.ListOf(40).Select(p => string.Concat(p)).ToArbitrary(),
                text =>
                {
                    XDocument.Parse($"<x>{TelegramHtml.Of(text)}</x>");
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}
