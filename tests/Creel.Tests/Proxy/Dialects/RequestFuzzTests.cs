using System.Text;
using System.Text.Json;
using Creel.Core.Budgets;
using Creel.Proxy.Dialects;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Proxy.Dialects;

public class RequestFuzzTests
{
    private static readonly (IDialect Dialect, string Path, string Body)[] Requests =
    [
        (
            new AnthropicDialect(),
            "/v1/messages",
            """{"model":"claude-haiku-4-5","max_tokens":null,"stream":true,"system":[{"type":"text","text":"s\u00e9"}],"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"AAAA"}},{"type":"tool_result","content":"x"}]}],"tools":[{"name":"f"}],"thinking":{"type":"enabled","budget_tokens":9}}"""
        ),
        (
            new OpenAiDialect(),
            "/v1/chat/completions",
            """{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":false},"service_tier":null,"max_completion_tokens":null,"n":2,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,A"}},{"type":"text","text":"x"}]}],"tools":null}"""
        ),
        (
            new OpenAiDialect(),
            "/v1/responses",
            """{"model":"gpt-4o","input":[{"role":"user","content":[{"type":"input_text","text":"x"}]}],"max_output_tokens":null,"tools":[{"type":"function","name":"f"}]}"""
        ),
        (new OpenAiDialect(), "/v1/embeddings", """{"model":"text-embedding-3-small","input":["a",[1,2]]}"""),
    ];

    /// <summary>
    /// Whatever stands in a request: it is refused, or what is sent is strict JSON with each key once and a bound on its cost.
    /// </summary>
    [Fact]
    public void A_request_that_was_tampered_with_is_refused_or_bounded()
    {
        var passed = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(6000),
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var (dialect, path, body) = Requests[random.Next(Requests.Length)];
                var bytes = Encoding.UTF8.GetBytes(body);
                for (var i = random.Next(3); i > 0; i--)
                {
                    bytes = Tamper(bytes, random);
                }

                var terms = new CallTerms(dialect is AnthropicDialect ? "anthropic" : "openai")
                {
                    DefaultMaxTokens = random.Next(2) == 0 ? 100 : null,
                };
                if (dialect.Read("POST", path, bytes, terms) is not CallReading.Asks { Ask: var ask })
                {
                    return true;
                }

                passed++;
                using var sent = JsonDocument.Parse(ask.Body, new JsonDocumentOptions { AllowDuplicateProperties = false });
                return ask.Worst > Money.Zero
                    && ask.InputTokens >= Math.Min(bytes.Length - 100, 100_000)
                    && (
                        !ask.HidesUsage
                        || sent.RootElement.GetProperty("stream_options").GetProperty("include_usage").GetBoolean()
                    );
            })
        );
        passed.ShouldBeGreaterThan(500);
    }

    [Fact]
    public void No_bytes_make_it_throw() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                foreach (var (dialect, path, _) in Requests)
                {
                    dialect.Read("POST", path, bytes, new CallTerms("openai")).ShouldBeOfType<CallReading.Refuses>();
                }
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_field_with_nothing_in_it_is_filled_and_not_put_in_twice()
    {
        var terms = new CallTerms("openai") { DefaultMaxTokens = 9 };
        var body = Encoding.UTF8.GetBytes(Requests[1].Body);
        var ask = new OpenAiDialect().Read("POST", "/v1/chat/completions", body, terms).ShouldBeOfType<CallReading.Asks>().Ask;
        var expected = Requests[1]
            .Body.Replace("\"include_usage\":false", "\"include_usage\":true")
            .Replace("\"service_tier\":null", "\"service_tier\":\"default\"")
            .Replace("\"max_completion_tokens\":null", "\"max_completion_tokens\":9");
        Encoding.UTF8.GetString(ask.Body.Span).ShouldBe(expected);
        ask.OutputTokens.ShouldBe(18);
    }

    private static byte[] Tamper(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        var length = random.Next(Math.Min(12, bytes.Length - at));
        var piece = random.Next(5) switch
        {
            0 => [],
            1 => [(byte)random.Next(256)],
            2 => "\\ud800"u8.ToArray(),
            3 => "null"u8.ToArray(),
            _ => bytes[at..(at + length)],
        };
        return random.Next(2) == 0
            ? [.. bytes[..at], .. piece, .. bytes[at..]]
            : [.. bytes[..at], .. piece, .. bytes[(at + length)..]];
    }
}
