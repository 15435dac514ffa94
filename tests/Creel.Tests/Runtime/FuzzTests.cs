using Creel.Runtime.Journals;
using Creel.Runtime.Relay;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Runtime;

public sealed class FuzzTests
{
    private static readonly string[] Pieces =
    [
        "GET",
        "POST",
        " ",
        "/creel/a",
        "HTTP/1.1",
        "\r\n",
        "\n",
        "\r",
        "\0",
        ":",
        "Content-Length",
        "5",
        "-1",
        "Transfer-Encoding",
        "chunked",
        ",",
        "Upgrade",
        "x",
        "\u00ff",
        "Connection",
    ];

    [Fact]
    public void No_head_of_a_request_makes_the_relay_stumble()
    {
        var heads = from pieces in Gen.ListOf(Gen.Elements(Pieces)) select string.Concat(pieces) + "\r\n\r\n";
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(20_000),
            Prop.ForAll(
                Arb.From(heads),
                head =>
                    RequestHead.Read(System.Text.Encoding.Latin1.GetBytes(head)) is not { } read
                    || !(read.Chunked && read.Length > 0)
            )
        );
    }

    [Fact]
    public void A_line_of_the_journal_is_read_as_it_was_written_and_any_change_is_seen()
    {
        var lines =
            from id in ArbMap.Default.GeneratorFor<NonNull<string>>()
            from kind in Gen.Elements(JournalEvent.Start, JournalEvent.End, JournalEvent.Forget)
            from interrupted in ArbMap.Default.GeneratorFor<bool>()
            from at in Gen.Choose(0, 10_000)
            select (new JournalLine(kind, id.Get, interrupted, "{\"a\":1}"u8.ToArray()), at);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5_000),
            Prop.ForAll(
                Arb.From(lines),
                c =>
                {
                    var bytes = c.Item1.ToBytes()[..^1];
                    var read = JournalLine.Read(bytes);
                    var same =
                        read is not null
                        && read.Event == c.Item1.Event
                        && read.Interrupted == c.Item1.Interrupted
                        && read.Body.Span.SequenceEqual(c.Item1.Body.Span)
                        && !bytes.Contains((byte)'\n');
                    var whole =
                        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(c.Item1.Id)) != c.Item1.Id
                        || read?.Id == c.Item1.Id;
                    bytes[c.at % bytes.Length] ^= 4;
                    return same && whole && JournalLine.Read(bytes) is null;
                }
            )
        );
    }
}
