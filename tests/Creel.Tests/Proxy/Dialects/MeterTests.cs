using System.Text;
using Creel.Core.Budgets;
using Creel.Proxy.Dialects;
using Creel.Proxy.Prices;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Proxy.Dialects;

public class MeterTests
{
    private const string Anthropic = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","model":"claude-sonnet-4-5","usage":{"input_tokens":472,"cache_creation_input_tokens":30,"cache_read_input_tokens":200,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":2}}}

        event: ping
        data: {"type": "ping"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ein Text mit \"usage\":{\"output_tokens\":9} und 🦞 \\"}}

        : a comment

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":50}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":472,"output_tokens":89}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    private const string Chat = """
        data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null}

        data: {"id":"c","choices":[{"index":0,"delta":{"content":"data: {\"usage\":{}}"}}],"usage":null}

        data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

        data: {"id":"c","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":64},"completion_tokens_details":{"reasoning_tokens":12}}}

        data: [DONE]


        """;

    private const string ChatShown = """
        data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null}

        data: {"id":"c","choices":[{"index":0,"delta":{"content":"data: {\"usage\":{}}"}}],"usage":null}

        data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

        data: [DONE]


        """;

    private const string Response = """
        event: response.created
        data: {"type":"response.created","response":{"id":"r","status":"in_progress","usage":null}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","delta":"Hi"}

        event: response.completed
        data: {"type":"response.completed","response":{"id":"r","output":[{"usage":{"input_tokens":1}}],"usage":{"input_tokens":50,"input_tokens_details":{"cached_tokens":8},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":3}}}}


        """;

    private static readonly Usage AnthropicCounts = new(472, 89, 200, 10, 20);
    private static readonly Usage ChatCounts = new(36, 20, 64);
    private static readonly Usage ResponseCounts = new(42, 7, 8);

    private static CallAsk Ask(CallKind kind, bool hides = false) =>
        new(kind, "m", true, default, null, 0, 0, false, Money.Zero, hides);

    private static IUsageMeter Meter(string which, bool hides = false) =>
        which switch
        {
            "anthropic" => new AnthropicDialect().Meter(Ask(CallKind.Messages), "text/event-stream; charset=utf-8")!,
            "chat" => new OpenAiDialect().Meter(Ask(CallKind.Chat, hides), "text/event-stream")!,
            _ => new OpenAiDialect().Meter(Ask(CallKind.Responses), "text/event-stream")!,
        };

    private static (Usage? Usage, string Passed) Run(IUsageMeter meter, byte[] bytes, IEnumerable<int> cuts, bool end = true)
    {
        var passed = new List<byte>();
        var from = 0;
        foreach (var cut in cuts.Where(c => c > 0 && c < bytes.Length).Order().Append(bytes.Length))
        {
            passed.AddRange(meter.Observe(bytes.AsMemory(from, cut - from)).ToArray());
            from = cut;
        }

        if (end)
        {
            passed.AddRange(meter.End().ToArray());
        }

        return (meter.Final, Encoding.UTF8.GetString([.. passed]));
    }

    private static string Ends(string text, string end) => text.Replace("\r\n", "\n").Replace("\n", end);

    [Theory]
    [InlineData("anthropic")]
    [InlineData("chat")]
    [InlineData("response")]
    public void Cut_anywhere_a_stream_says_the_same(string which)
    {
        var (text, counts) = which switch
        {
            "anthropic" => (Anthropic, AnthropicCounts),
            "chat" => (Chat, ChatCounts),
            _ => (Response, ResponseCounts),
        };
        foreach (var end in new[] { "\n", "\r\n", "\r" })
        {
            var bytes = Encoding.UTF8.GetBytes(Ends(text, end));
            Run(Meter(which), bytes, Enumerable.Range(1, bytes.Length)).ShouldBe((counts, Ends(text, end)));
            Prop.ForAll<int[]>(cuts =>
                    Run(Meter(which), bytes, cuts.Select(c => (int)((uint)c % bytes.Length))) == (counts, Ends(text, end))
                )
                .QuickCheckThrowOnFailure();
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void The_chunk_that_was_not_asked_for_is_taken_out_wherever_the_stream_is_cut(string end)
    {
        var bytes = Encoding.UTF8.GetBytes(Ends(Chat, end));
        var shown = Ends(ChatShown, end);
        Run(Meter("chat", hides: true), bytes, []).ShouldBe((ChatCounts, shown));
        Prop.ForAll<int[]>(cuts =>
            {
                var (usage, passed) = Run(Meter("chat", hides: true), bytes, cuts.Select(c => (int)((uint)c % bytes.Length)));
                // Where an event's end itself was cut in two, its second half may stay: an empty line, which says nothing.
                return usage == ChatCounts && passed.Replace("\r", "").Replace("\n\n\n", "\n\n") == shown.Replace("\r", "");
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Nothing_is_held_back_once_an_event_is_whole()
    {
        var meter = Meter("chat", hides: true);
        var first = Encoding.UTF8.GetBytes(Ends(Chat, "\n").Split("\n\n")[0] + "\n\n");
        meter.Observe(first).ToArray().ShouldBe(first);
    }

    [Fact]
    public void An_event_that_is_too_long_to_be_the_usage_goes_by()
    {
        var meter = Meter("chat", hides: true);
        var text =
            $$$"""data: {"choices":[{"delta":{"content":"{{{new string('x', 300_000)}}}"}}]}""" + "\n\n" + Ends(Chat, "\n");
        var (usage, passed) = Run(meter, Encoding.UTF8.GetBytes(text), Enumerable.Range(1, 400).Select(i => i * 1000));
        usage.ShouldBe(ChatCounts);
        passed.ShouldBe(text.Replace(Ends(Chat, "\n"), Ends(ChatShown, "\n")));
    }

    [Theory]
    [InlineData("anthropic", "message_stop")]
    [InlineData("anthropic", "end_turn")]
    [InlineData("chat", "[DONE]")]
    [InlineData("chat", "reasoning_tokens")]
    [InlineData("response", "response.completed")]
    public void A_stream_that_is_cut_before_its_last_word_has_no_final_count(string which, string mark)
    {
        var text = which switch
        {
            "anthropic" => Anthropic,
            "chat" => Chat,
            _ => Response,
        };
        var bytes = Encoding.UTF8.GetBytes(text[..text.LastIndexOf(mark, StringComparison.Ordinal)]);
        Run(Meter(which), bytes, []).Usage.ShouldBeNull();
    }

    [Fact]
    public void An_error_in_a_stream_is_no_final_count()
    {
        var text =
            Ends(Anthropic, "\n").Split("event: message_delta")[0]
            + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n";
        Run(Meter("anthropic"), Encoding.UTF8.GetBytes(text), []).Usage.ShouldBeNull();
    }

    [Fact]
    public void An_event_of_many_lines_is_one()
    {
        const string text =
            "data: {\"type\":\"message_start\",\ndata:\"message\":{\"usage\":\ndata: {\"input_tokens\":1,\"output_tokens\":1}}}\n\n"
            + "data: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":5}}\n\ndata:{\"type\":\"message_stop\"}\n\n";
        Run(Meter("anthropic"), Encoding.UTF8.GetBytes("\uFEFF" + text), []).Usage.ShouldBe(new Usage(1, 5));
    }

    [Fact]
    public void Bytes_that_are_no_text_change_nothing_but_themselves()
    {
        var bytes = Encoding.UTF8.GetBytes(Anthropic.Replace("ein Text", "\u0001\u0002"));
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = bytes[i] is 1 or 2 ? (byte)0xff : bytes[i];
        }

        Run(Meter("anthropic"), bytes, Enumerable.Range(1, bytes.Length)).Usage.ShouldBe(AnthropicCounts);
    }

    [Theory]
    [InlineData("""{"output_tokens":-5}""")]
    [InlineData("""{"output_tokens":1.5}""")]
    [InlineData("""{"output_tokens":"7"}""")]
    [InlineData("""{"output_tokens":99999999999999999999}""")]
    [InlineData("[]")]
    public void Counts_that_are_none_make_no_final_count(string usage)
    {
        var text = Ends(Anthropic, "\n").Replace("""{"input_tokens":472,"output_tokens":89}""", usage);
        Run(Meter("anthropic"), Encoding.UTF8.GetBytes(text), []).Usage.ShouldBeNull();
    }

    [Fact]
    public void A_usage_that_counts_along_in_every_chunk_is_taken_at_its_last()
    {
        const string text =
            "data: {\"choices\":[{}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}\n\n"
            + "data: {\"choices\":[{}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}\n\ndata: [DONE]\n\n";
        Run(Meter("chat", hides: true), Encoding.UTF8.GetBytes(text), []).ShouldBe((new Usage(9, 4), text));
    }

    [Theory]
    [InlineData(
        "anthropic",
        """{"type":"message","content":[{"type":"text","text":"a\"usage\":1"}],"usage":{"input_tokens":10,"output_tokens":5}}""",
        10,
        5,
        0
    )]
    [InlineData(
        "openai",
        """{ "usage" : { "prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4} }, "choices":[]}""",
        6,
        5,
        4
    )]
    [InlineData(
        "openai",
        """{"object":"list","data":[{"embedding":[0.1,-2e5]}],"usage":{"prompt_tokens":8,"total_tokens":8}}""",
        8,
        0,
        0
    )]
    public void An_answer_in_one_piece_is_read_wherever_it_is_cut(string which, string body, long input, long output, long cached)
    {
        IDialect dialect = which == "anthropic" ? new AnthropicDialect() : new OpenAiDialect();
        var kind = which == "anthropic" ? CallKind.Messages : CallKind.Chat;
        var bytes = Encoding.UTF8.GetBytes(body);
        IUsageMeter Fresh() => dialect.Meter(Ask(kind), "application/json")!;
        Run(Fresh(), bytes, Enumerable.Range(1, bytes.Length)).ShouldBe((new Usage(input, output, cached), body));
        Run(Fresh(), bytes, []).Usage.ShouldBe(new Usage(input, output, cached));
        Run(Fresh(), bytes, [], end: false).Usage.ShouldBeNull();
        Run(Fresh(), bytes[..^1], []).Usage.ShouldBeNull();
    }

    [Fact]
    public void An_answer_of_another_format_has_no_meter() =>
        new AnthropicDialect().Meter(Ask(CallKind.Messages), "text/html").ShouldBeNull();
}
