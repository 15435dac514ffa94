using System.Text;
using Creel.Core;
using Creel.Runtime.Brains.Native.Prompts;
using Creel.Runtime.Brains.Native.Tools;
using Creel.Runtime.Brains.Native.Transcripts;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Runtime.Native;

/// <summary>What models, pages, people and kills leave behind is never a bug of the brain.</summary>
public class NativeFuzzTests
{
    [Fact]
    public void A_patch_is_read_or_refused()
    {
        string[] lines =
        [
            "*** Begin Patch",
            "*** End Patch",
            "*** Add File: a",
            "*** Delete File: b",
            "*** Update File: c",
            "*** Update File: ",
            "*** Move to: d",
            "*** End of File",
            "@@",
            "@@ class X",
            "+x",
            "-x",
            " x",
            "",
            "x",
        ];
        Prop.ForAll(
                Texts(lines, "\n"),
                text =>
                {
                    try
                    {
                        return Patch.Read("*** Begin Patch\n" + text).Files.All(f => f.Path.Length > 0);
                    }
                    catch (CreelException e)
                    {
                        return e.Fault.Code == "patch";
                    }
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_page_is_always_some_text()
    {
        string[] pieces =
        [
            "<",
            ">",
            "<p>",
            "</p",
            "<a href=",
            "'x'",
            "<a href=\"http://x",
            "<!--",
            "-->",
            "<script",
            "</script>",
            "<head>",
            "<title>",
            "&amp;",
            "&#x110000;",
            "x",
            " ",
            "</a>",
            "<h1>",
            "<td/>",
        ];
        Prop.ForAll(Texts(pieces, ""), text => PageText.Read(text) is not null).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_transcript_cut_anywhere_keeps_all_lines_before_the_cut()
    {
        string[] lines =
        [
            """{"type":"session","version":3,"id":"x"}""",
            """{"type":"message","id":"1","parentId":null,"message":{"role":"user","content":[{"type":"text","text":"é"}]}}""",
            """{"type":"message","id":"2","parentId":"1","message":{"role":"assistant","content":[{"type":"toolCall","id":"c","name":"n","arguments":{}}]}}""",
            """{"type":"message","id":"3","parentId":"2","message":{"role":"toolResult","toolCallId":"c","content":"r"}}""",
            """{"type":"compaction","id":"4","parentId":"3","summary":"s","firstKeptEntryId":"9"}""",
            """{"type":"message","id":7,"parentId":[],"message":"none"}""",
            "[]",
            "nonsense",
        ];
        Prop.ForAll(
                Texts(lines, "\n"),
                Gen.Choose(0, 2000).ToArbitrary(),
                (text, at) =>
                {
                    var bytes = Encoding.UTF8.GetBytes(text);
                    var cut = bytes[..Math.Min(at, bytes.Length)];
                    var (all, some) = (TranscriptText.Read(bytes), TranscriptText.Read(cut));
                    _ = History.Of(some.Entries);
                    return some.Entries.Select(e => e.GetRawText())
                            .SequenceEqual(all.Entries.Take(some.Entries.Count).Select(e => e.GetRawText()))
                        && (!some.Torn || some.Whole == Array.LastIndexOf(cut, (byte)'\n') + 1);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_skill_is_always_something()
    {
        string[] lines = ["---", "name: x", "description: >", "description: 'y'", "  more", "# t", "", "name:", "text"];
        Prop.ForAll(Texts(lines, "\n"), text => Skill.Read("folder", text, "f").Name.Length > 0).QuickCheckThrowOnFailure();
    }

    private static Arbitrary<string> Texts(string[] pieces, string between) =>
        Gen.ListOf(Gen.Elements(pieces)).Select(list => string.Join(between, list)).ToArbitrary();
}
