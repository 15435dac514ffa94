using System.Text;
using System.Text.Json;
using Creel.Core.Budgets;
using Creel.Proxy.Dialects;

namespace Creel.Tests.Proxy.Dialects;

public class OpenAiRequestTests
{
    private static readonly CallTerms Terms = new("openai");

    private static CallReading Read(string path, string body, CallTerms? terms = null) =>
        new OpenAiDialect().Read("POST", path, Encoding.UTF8.GetBytes(body), terms ?? Terms);

    private static CallReading Chat(string fields, CallTerms? terms = null) =>
        Read("/v1/chat/completions", $$"""{"model":"gpt-4.1","messages":[{"role":"user","content":"Hi"}]{{fields}}}""", terms);

    private static CallReading Responses(string fields, CallTerms? terms = null) =>
        Read("/v1/responses", $$"""{"model":"gpt-4.1"{{fields}}}""", terms);

    private static CallAsk Asks(CallReading reading) => reading.ShouldBeOfType<CallReading.Asks>().Ask;

    private static string Refuses(CallReading reading) => reading.ShouldBeOfType<CallReading.Refuses>().Refusal.Message;

    private static string Sent(CallReading reading) => Encoding.UTF8.GetString(Asks(reading).Body.Span);

    [Fact]
    public void All_answers_together_are_bounded()
    {
        Asks(Chat(""","max_completion_tokens":100,"n":5""")).OutputTokens.ShouldBe(500);
        Asks(Chat(""","max_tokens":100""")).OutputTokens.ShouldBe(100);
        Asks(Chat(""","max_tokens":10,"max_completion_tokens":100""")).OutputTokens.ShouldBe(100);
        Asks(Chat(""","max_tokens":100,"max_completion_tokens":10""")).OutputTokens.ShouldBe(100);
    }

    [Fact]
    public void Without_a_limit_the_models_own_counts_or_the_policys_which_is_put_in()
    {
        Asks(Chat("")).OutputTokens.ShouldBe(32_768);
        var limited = Chat("", Terms with { DefaultMaxTokens = 500 });
        Asks(limited).OutputTokens.ShouldBe(500);
        Sent(limited).ShouldStartWith("""{"max_completion_tokens":500,""");
        Asks(Responses(""","input":"Hi""" + "\"", Terms with { DefaultMaxTokens = 500 })).OutputTokens.ShouldBe(500);
    }

    /// <summary>DeepSeek, for one, takes no notice of the newer name.</summary>
    [Fact]
    public void To_others_than_OpenAI_a_limit_goes_by_the_name_that_all_of_them_know()
    {
        var others = Terms with { Upstream = "deepseek", Unpriced = true };
        Sent(Chat(""","max_completion_tokens":7""", others)).ShouldStartWith("""{"max_tokens":7,""");
        Sent(Chat(""","max_completion_tokens":7,"max_tokens":null""", others)).ShouldContain("\"max_tokens\":7}");
        Sent(Chat(""","max_completion_tokens":7,"max_tokens":5""", others)).ShouldEndWith("\"max_tokens\":5}");
        Sent(Chat("", others with { DefaultMaxTokens = 500 })).ShouldStartWith("""{"max_tokens":500,""");
    }

    [Theory]
    [InlineData(""","max_tokens":0""")]
    [InlineData(""","max_completion_tokens":0""")]
    public void No_answer_at_all_is_no_limit(string fields) => Refuses(Chat(fields)).ShouldContain("is not above 0");

    [Fact]
    public void What_a_gateway_may_write_into_a_cache_is_bounded_at_what_that_costs()
    {
        const string Marked =
            """{"model":"gpt-4.1","messages":[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]}]}""";
        Asks(Read("/v1/chat/completions", Marked)).Caches.ShouldBeTrue();
        Asks(Chat("")).Caches.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""[{"image_url":"https://x/y.png"}]""")]
    [InlineData("""[[{"a":1}]]""")]
    [InlineData("{}")]
    public void Embeddings_of_anything_but_text_have_no_bound(string input) =>
        Refuses(Read("/v1/embeddings", $$"""{"model":"text-embedding-3-small","input":{{input}}}""")).ShouldContain("'input'");

    [Theory]
    [InlineData(""","stream":true""", "\"stream_options\":{\"include_usage\":true},", true)]
    [InlineData(""","stream":true,"stream_options":null""", "\"stream_options\":{\"include_usage\":true}}", true)]
    [InlineData(""","stream":true,"stream_options":{ }""", "\"stream_options\":{\"include_usage\":true }}", true)]
    [InlineData(
        ""","stream":true,"stream_options":{"include_obfuscation":false}""",
        "\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false}}",
        true
    )]
    [InlineData(""","stream_options":{"include_usage":false},"stream":true""", "{\"include_usage\":true}", true)]
    [InlineData(""","stream_options":{"include_usage":true},"stream":true""", "{\"include_usage\":true}", false)]
    [InlineData(""","stream":false""", "\"stream\":false}", false)]
    public void A_stream_is_asked_for_its_usage(string fields, string sent, bool hidden)
    {
        var reading = Chat(fields);
        Sent(reading).ShouldContain(sent);
        Asks(reading).HidesUsage.ShouldBe(hidden);
        using var json = JsonDocument.Parse(Asks(reading).Body);
        json.RootElement.GetProperty("service_tier").GetString().ShouldBe("default");
    }

    [Fact]
    public void Bytes_that_need_no_change_stay_as_they_are()
    {
        const string body = """{ "model" : "llama", "messages": [], "max_tokens": 5,  "x":null }""";
        var terms = new CallTerms("local")
        {
            Unpriced = true,
            Bounds = new Dictionary<string, Money> { ["x"] = Money.Zero },
        };
        Sent(Read("/v1/chat/completions", body, terms)).ShouldBe(body);
    }

    [Theory]
    [InlineData(
        ""","temperature":1,"top_p":1,"stop":null,"seed":1,"user":"u","response_format":{"type":"json_object"},"store":true"""
    )]
    [InlineData(""","tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"auto","parallel_tool_calls":false""")]
    [InlineData(""","reasoning_effort":"low","verbosity":"low","modalities":["text"],"service_tier":"default","logprobs":true""")]
    public void What_clients_send_every_day_goes_through(string fields) => Asks(Chat(fields));

    [Theory]
    [InlineData(""","service_tier":"priority""" + "\"", "service_tier")]
    [InlineData(""","service_tier":"auto""" + "\"", "service_tier")]
    [InlineData(""","web_search_options":{}""", "web_search_options")]
    [InlineData(""","prediction":{"type":"content","content":"x"}""", "prediction")]
    [InlineData(""","modalities":["text","audio"]""", "modalities")]
    [InlineData(""","audio":{"voice":"x"}""", "audio")]
    [InlineData(""","tools":[{"type":"web_search"}]""", "tool:web_search")]
    [InlineData(""","best_of":5""", "best_of")]
    public void A_field_of_a_chat_without_a_bound_is_refused_by_name(string fields, string feature) =>
        Refuses(Chat(fields)).ShouldContain($"'{feature}'");

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"https://x/y.png"}}""", "image:url")]
    [InlineData("""{"type":"image_url","image_url":"https://x/y.png"}""", "image:url")]
    [InlineData("""{"type":"image_url"}""", "image:url")]
    [InlineData("""{"type":"file","file":{"file_id":"f"}}""", "file:reference")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":""}}""", "content:input_audio")]
    public void Content_of_a_chat_without_a_bound_is_refused_by_name(string part, string feature) =>
        Refuses(Read("/v1/chat/completions", $$"""{"model":"gpt-4o","messages":[{"role":"user","content":[{{part}}]}]}"""))
            .ShouldContain($"'{feature}'");

    [Fact]
    public void An_image_in_the_request_is_bounded_and_a_file_is_the_whole_window()
    {
        const string image = """{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}""";
        const string file = """{"type":"file","file":{"file_data":"data:application/pdf;base64,AAAA"}}""";
        static CallReading With(string part) =>
            Read("/v1/chat/completions", $$"""{"model":"gpt-4.1","messages":[{"role":"user","content":[{{part}}]}]}""");
        Asks(With(image)).InputTokens.ShouldBeInRange(50_000, 53_000);
        Asks(With(file)).InputTokens.ShouldBe(1_047_576);
    }

    [Theory]
    [InlineData(""","input":"Hi","instructions":"x","store":false,"stream":true,"include":["reasoning.encrypted_content"]""")]
    [InlineData(
        ""","input":[{"role":"user","content":[{"type":"input_text","text":"Hi"}]},{"type":"reasoning","summary":[],"encrypted_content":"x"}]"""
    )]
    [InlineData(""","input":[{"type":"function_call_output","call_id":"c","output":"x"}],"previous_response_id":null""")]
    [InlineData(""","input":"Hi","tools":[{"type":"function","name":"f"}],"background":false,"service_tier":"default""" + "\"")]
    public void Responses_of_every_day_go_through(string fields) => Asks(Responses(fields));

    [Theory]
    [InlineData(""","previous_response_id":"r""" + "\"", "previous_response_id")]
    [InlineData(""","conversation":"c""" + "\"", "conversation")]
    [InlineData(""","background":true""", "background")]
    [InlineData(""","prompt":{"id":"p"}""", "prompt")]
    [InlineData(""","tools":[{"type":"web_search_preview"}]""", "tool:web_search_preview")]
    [InlineData(""","tools":[{"type":"file_search"}]""", "tool:file_search")]
    [InlineData(""","tools":[{"type":"code_interpreter"}]""", "tool:code_interpreter")]
    [InlineData(""","tools":[{"type":"computer_use_preview"}]""", "tool:computer_use_preview")]
    [InlineData(""","tools":[{"type":"mcp","server_url":"x"}]""", "tool:mcp")]
    [InlineData(""","tools":[{"type":"image_generation"}]""", "tool:image_generation")]
    [InlineData(""","input":[{"type":"item_reference","id":"i"}]""", "input:item_reference")]
    [InlineData(""","input":[{"id":"rs_1"}]""", "input:item_reference")]
    [InlineData(""","input":[{"role":"user","id":"msg_1"}]""", "input:item_reference")]
    [InlineData(""","input":[{"type":"message","id":"msg_1"}]""", "input:message")]
    [InlineData(""","input":[{"type":"reasoning","id":"rs_1","summary":[]}]""", "input:reasoning")]
    [InlineData(""","input":[{"type":"function_call","id":"fc_1"}]""", "input:function_call")]
    [InlineData(""","input":[{"type":"function_call_output","id":"fc_1"}]""", "input:function_call_output")]
    [InlineData(""","input":[{"role":"user","content":[{"type":"input_image","image_url":"https://x"}]}]""", "image:url")]
    [InlineData(""","input":[{"role":"user","content":[{"type":"input_image","file_id":"f"}]}]""", "image:url")]
    [InlineData(""","input":[{"role":"user","content":[{"type":"input_file","file_id":"f"}]}]""", "file:reference")]
    [InlineData(""","max_tool_calls":5""", "max_tool_calls")]
    public void What_has_no_bound_in_a_response_is_refused_by_name(string fields, string feature) =>
        Refuses(Responses(fields)).ShouldContain($"'{feature}'");

    [Theory]
    [InlineData("\"some text\"")]
    [InlineData("[\"a\",\"b\"]")]
    [InlineData("[1,2,3]")]
    [InlineData("[[1,2],[3]]")]
    public void Embeddings_cost_their_input_alone(string input)
    {
        var ask = Asks(Read("/v1/embeddings", $$"""{"model":"text-embedding-3-small","input":{{input}}}"""));
        ask.OutputTokens.ShouldBe(0);
        ask.InputTokens.ShouldBeGreaterThanOrEqualTo(2048 + 50);
    }

    [Theory]
    [InlineData(""","n":0""")]
    [InlineData(""","n":1000""")]
    [InlineData(""","n":1.5""")]
    [InlineData(""","stream":"yes""" + "\"")]
    [InlineData(""","max_tokens":1.5""")]
    public void Wrong_numbers_are_malformed(string fields) =>
        Chat(fields).ShouldBeOfType<CallReading.Refuses>().Refusal.Status.ShouldBe(400);
}
