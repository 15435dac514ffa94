using System.Text;
using System.Text.Json;
using Creel.Core.Outbound;
using Creel.Proxy.Dialects;
using Creel.Proxy.Offline;
using Creel.Proxy.Prices;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Proxy.Offline;

/// <summary>Whatever is answered: in one piece and as events it is the same, and so are the proxy's own meters' counts.</summary>
public class AgreementTests
{
    private static readonly Guid Id = Guid.CreateVersion7();

    private static readonly Gen<string> Text = Gen.Frequency(
            (6, Gen.Choose(' ', '~').Select(c => ((char)c).ToString())),
            (1, Gen.Elements("é", "\U0001f600", "\n", "\"", "\\", "\u2028", "data: ", "[DONE]", "漢"))
        )
        .ArrayOf()
        .Select(string.Concat);

    private static readonly Gen<OfflineTool> Tools =
        from name in Gen.Elements("exec", "read_file")
        from value in Text
        select new OfflineTool(name, JsonSerializer.Serialize(new Dictionary<string, object> { ["a"] = value, ["n"] = 1.50m }));

    private static readonly Gen<(OfflineRule Rule, Asked Asked)> Cases =
        from text in Gen.OneOf(Text, Gen.Constant<string>(null!))
        from tools in Tools.ArrayOf().Resize(3)
        from most in Gen.OneOf(Gen.Constant((long?)null), Gen.Choose(0, 20).Select(n => (long?)n))
        from choices in Gen.Choose(1, 3)
        select (
            new OfflineRule { Text = text, Tools = tools },
            new Asked("m", false, 17, most, new Lately("hello", false, 1), new HashSet<string>(), choices)
        );

    [Fact]
    public void Messages_agree() =>
        Agree(
            _ => 1,
            () => new MessagesVoice(Id),
            new AnthropicDialect(),
            CallKind.Messages,
            whole =>
                whole.GetProperty("content").EnumerateArray().Select(Block).Append(whole.GetProperty("stop_reason").ToString()),
            events =>
            {
                var blocks = new List<(JsonElement Start, StringBuilder More)>();
                var reason = "";
                foreach (var e in events)
                {
                    switch (e.GetProperty("type").GetString())
                    {
                        case "content_block_start":
                            e.GetProperty("index").GetInt32().ShouldBe(blocks.Count);
                            blocks.Add((e.GetProperty("content_block"), new StringBuilder()));
                            break;
                        case "content_block_delta":
                            var delta = e.GetProperty("delta");
                            blocks[^1]
                                .More.Append(delta.TryGetProperty("text", out var t) ? t : delta.GetProperty("partial_json"));
                            break;
                        case "message_delta":
                            reason = e.GetProperty("delta").GetProperty("stop_reason").GetString()!;
                            break;
                    }
                }

                return blocks
                    .Select(b =>
                        b.Start.TryGetProperty("text", out _)
                            ? b.More.ToString()
                            : $"{b.Start.GetProperty("id")} {b.Start.GetProperty("name")} {Same(b.More.ToString())}"
                    )
                    .Append(reason);
            }
        );

    [Fact]
    public void Chat_completions_agree() =>
        Agree(
            asked => asked.Choices,
            () => new ChatVoice(Id),
            new OpenAiDialect(),
            CallKind.Chat,
            whole =>
                whole
                    .GetProperty("choices")
                    .EnumerateArray()
                    .SelectMany(choice =>
                    {
                        var message = choice.GetProperty("message");
                        var tools = message.TryGetProperty("tool_calls", out var calls)
                            ? calls.EnumerateArray().Select(Call)
                            : [];
                        return tools
                            .Prepend(message.GetProperty("content").GetString() ?? "")
                            .Append(choice.GetProperty("finish_reason").GetString()!);
                    }),
            events =>
                events
                    .SelectMany(e => e.GetProperty("choices").EnumerateArray())
                    .GroupBy(c => c.GetProperty("index").GetInt32())
                    .SelectMany(choice =>
                    {
                        var deltas = choice.Select(c => c.GetProperty("delta")).ToList();
                        var text = string.Concat(deltas.Select(d => d.TryGetProperty("content", out var t) ? t.GetString() : ""));
                        var tools = deltas
                            .Where(d => d.TryGetProperty("tool_calls", out _))
                            .Select(d => d.GetProperty("tool_calls")[0])
                            .GroupBy(t => t.GetProperty("index").GetInt32())
                            .Select(t =>
                                $"{t.First().GetProperty("id")} {t.First().GetProperty("function").GetProperty("name")} "
                                + string.Concat(t.Select(c => c.GetProperty("function").GetProperty("arguments").GetString()))
                            );
                        return tools.Prepend(text).Append(choice.Last().GetProperty("finish_reason").GetString()!);
                    })
        );

    [Fact]
    public void Responses_agree() =>
        Agree(
            _ => 1,
            () => new ResponsesVoice(Id),
            new OpenAiDialect(),
            CallKind.Responses,
            whole => Items(whole).Append(whole.GetProperty("status").GetString()!),
            events =>
            {
                events.Select(e => e.GetProperty("sequence_number").GetInt32()).ShouldBe(Enumerable.Range(0, events.Count));
                var last = events[^1].GetProperty("response");
                var done = events.Where(e => Type(e) == "response.output_item.done").Select(e => Item(e.GetProperty("item")));
                done.ShouldBe(Items(last));
                var deltas = events
                    .Where(e => Type(e).EndsWith(".delta", StringComparison.Ordinal))
                    .GroupBy(e => e.GetProperty("output_index").GetInt32())
                    .ToDictionary(g => g.Key, g => string.Concat(g.Select(e => e.GetProperty("delta").GetString())));
                return Items(last)
                    .Select(
                        (item, i) => item.Contains(deltas.GetValueOrDefault(i, ""), StringComparison.Ordinal) ? item : "another"
                    )
                    .Append(last.GetProperty("status").GetString()!);
            }
        );

    [Fact]
    public void Tokens_are_the_text_and_have_four_bytes_or_few_more() =>
        Prop.ForAll(
                Arb.From(Text),
                text =>
                {
                    var tokens = Tokens.Of(text);
                    return string.Concat(tokens) == text
                        && tokens.SkipLast(1).All(t => Encoding.UTF8.GetByteCount(t) is >= 4 and <= 7)
                        && tokens.All(t => t.Length > 0);
                }
            )
            .QuickCheckThrowOnFailure();

    private static void Agree(
        Func<Asked, long> times,
        Func<IVoice> voice,
        IDialect dialect,
        CallKind kind,
        Func<JsonElement, IEnumerable<string>> whole,
        Func<IReadOnlyList<JsonElement>, IEnumerable<string>> streamed
    ) =>
        Prop.ForAll(
                Arb.From(Cases),
                one =>
                {
                    var (rule, asked) = one;
                    var call = new OfflineCall(OfflineScript.Plain, Id, "bart", "bart", "u", Dialect.None, "POST", "/");
                    var answer = Answers.Of(rule, call, asked);
                    var body = voice().Whole(asked, answer);
                    var pieces = voice().Events(asked, answer).ToList();
                    var events = Encoding
                        .UTF8.GetString([.. pieces.SelectMany(p => p.Bytes)])
                        .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                        .Select(e => e.Split('\n').Single(l => l.StartsWith("data: ", StringComparison.Ordinal))[6..])
                        .Where(d => d != "[DONE]")
                        .Select(d => JsonDocument.Parse(d).RootElement)
                        .ToList();
                    streamed(events).ShouldBe(whole(JsonDocument.Parse(body).RootElement));
                    pieces.Sum(p => p.Tokens).ShouldBe(answer.Tokens * times(asked));
                    (asked.Most is { } most && answer.Tokens > most).ShouldBeFalse();
                    var usage = new Usage(17, answer.Tokens * times(asked));
                    Count(dialect, kind, "application/json", [new Piece(body, 0)]).ShouldBe(usage);
                    Count(dialect, kind, "text/event-stream; charset=utf-8", pieces).ShouldBe(usage);
                }
            )
            .QuickCheckThrowOnFailure();

    private static Usage? Count(IDialect dialect, CallKind kind, string type, IReadOnlyList<Piece> pieces)
    {
        var meter = dialect.Meter(CallAsk.Free(null, default) with { Kind = kind }, type)!;
        foreach (var piece in pieces)
        {
            meter.Observe(piece.Bytes);
        }

        meter.End();
        return meter.Final;
    }

    private static string Block(JsonElement block) =>
        block.TryGetProperty("text", out var text)
            ? text.GetString()!
            : $"{block.GetProperty("id")} {block.GetProperty("name")} {Same(block.GetProperty("input").GetRawText())}";

    private static string Call(JsonElement call) =>
        $"{call.GetProperty("id")} {call.GetProperty("function").GetProperty("name")} {call.GetProperty("function").GetProperty("arguments").GetString()}";

    private static IEnumerable<string> Items(JsonElement response) =>
        response.GetProperty("output").EnumerateArray().Select(Item);

    private static string Item(JsonElement item) =>
        Type(item) == "message"
            ? item.GetProperty("content")[0].GetProperty("text").GetString()!
            : $"{item.GetProperty("call_id")} {item.GetProperty("name")} {item.GetProperty("arguments").GetString()}";

    private static string Type(JsonElement json) => json.GetProperty("type").GetString()!;

    /// <summary>The same value in one way of writing it.</summary>
    private static string Same(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);
}
