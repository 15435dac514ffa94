using System.Text;
using System.Text.Json;
using Creel.Core.Budgets;
using Creel.Proxy.Dialects;

namespace Creel.Tests.Proxy.Dialects;

public class AnthropicRequestTests
{
    private static readonly CallTerms Terms = new("anthropic");

    private static CallReading Read(string fields, CallTerms? terms = null) =>
        new AnthropicDialect().Read(
            "POST",
            "/v1/messages",
            Encoding.UTF8.GetBytes($$"""{"model":"claude-sonnet-4-5","max_tokens":1000{{fields}}}"""),
            terms ?? Terms
        );

    private static CallAsk Ask(string fields, CallTerms? terms = null) =>
        Read(fields, terms).ShouldBeOfType<CallReading.Asks>().Ask;

    private static CallRefusal Refused(string fields) => Read(fields).ShouldBeOfType<CallReading.Refuses>().Refusal;

    private const string Hello = ""","messages":[{"role":"user","content":"Hello"}]""";

    [Fact]
    public void A_plain_message_is_bounded_by_its_bytes_and_its_limit()
    {
        var ask = Ask(Hello);
        ask.OutputTokens.ShouldBe(1000);
        ask.InputTokens.ShouldBeInRange(90, 90 + 2048 + 100);
        ask.Worst.ShouldBe(ask.Price!.Worst(ask.InputTokens, 1000, caches: false));
        ask.Worst.ShouldBeLessThan(Money.Parse("0.023"));
        Encoding.UTF8.GetString(ask.Body.Span).ShouldEndWith(Hello + "}");
    }

    [Theory]
    [InlineData(""","temperature":0.5,"top_p":1,"top_k":5,"stop_sequences":["x"],"metadata":{"user_id":"u"},"stream":true""")]
    [InlineData(
        ""","system":"You are Bart","tool_choice":{"type":"auto"},"tools":[{"name":"f","input_schema":{"type":"object"}}]"""
    )]
    [InlineData(
        ""","tools":[{"type":"custom","name":"f"},{"type":"bash_20250124","name":"bash"},{"type":"text_editor_20250728","name":"e"}]"""
    )]
    [InlineData(
        ""","thinking":{"type":"enabled","budget_tokens":500},"service_tier":"standard_only","output_config":{"effort":"low"}"""
    )]
    [InlineData(""","context_management":{"edits":[{"type":"clear_tool_uses_20250919"}]}""")]
    [InlineData(""","system":[{"type":"text","text":"a"}]""")]
    public void What_clients_send_every_day_goes_through(string fields) => Ask(Hello + fields);

    [Theory]
    [InlineData(""","tools":[{"type":"web_search_20250305","name":"web_search"}]""", "tool:web_search_20250305")]
    [InlineData(""","tools":[{"type":"code_execution_20250825","name":"c"}]""", "tool:code_execution_20250825")]
    [InlineData(""","tools":[{"type":"web_fetch_20250910","name":"w"}]""", "tool:web_fetch_20250910")]
    [InlineData(""","mcp_servers":[{"type":"url","url":"https://x"}]""", "mcp_servers")]
    [InlineData(""","container":"c_1""" + "\"", "container")]
    [InlineData(""","service_tier":"priority""" + "\"", "service_tier")]
    [InlineData(""","speed":"fast""" + "\"", "speed")]
    [InlineData(""","inference_geo":"us""" + "\"", "inference_geo")]
    [InlineData(""","context_management":{"edits":[{"type":"compact_20260112"}]}""", "context_management")]
    [InlineData(""","something_new":1""", "something_new")]
    public void A_field_without_a_bound_is_refused_by_name(string fields, string feature)
    {
        var refusal = Refused(Hello + fields);
        refusal.Status.ShouldBe(403);
        refusal.Message.ShouldContain($"'{feature}'");
    }

    [Theory]
    [InlineData("""{"type":"image","source":{"type":"url","url":"https://x/y.png"}}""", "image:url")]
    [InlineData("""{"type":"image","source":{"type":"file","file_id":"f"}}""", "image:file")]
    [InlineData("""{"type":"document","source":{"type":"url","url":"https://x/y.pdf"}}""", "document:url")]
    [InlineData("""{"type":"container_upload","file_id":"f"}""", "content:container_upload")]
    [InlineData("""{"type":"tool_result","content":[{"type":"image","source":{"type":"url","url":"x"}}]}""", "image:url")]
    [InlineData("""{"text":"no type"}""", "content:")]
    public void Content_without_a_bound_is_refused_by_name(string block, string feature) =>
        Refused($$""","messages":[{"role":"user","content":[{{block}}]}]""").Message.ShouldContain($"'{feature}'");

    [Fact]
    public void A_bound_that_the_policy_names_is_added()
    {
        const string search = Hello + ""","tools":[{"type":"web_search_20250305","name":"web_search"}]""";
        var terms = Terms with { Bounds = new Dictionary<string, Money> { ["tool:web_search_20250305"] = Money.Parse("0.25") } };
        var ask = Ask(search, terms);
        ask.Extra.ShouldBe(Money.Parse("0.25"));
        ask.InputTokens.ShouldBe(1_000_000);
        ask.Worst.ShouldBe(ask.Price!.Worst(1_000_000, 1000, false) + Money.Parse("0.25"));
    }

    [Fact]
    public void Images_count_as_what_they_can_be_and_not_as_their_bytes()
    {
        var image = new string('A', 200_000);
        var block = $$$"""{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{image}}}"}}""";
        var ask = Ask($$""","messages":[{"role":"user","content":[{{block}},{{block}}]}]""");
        ask.InputTokens.ShouldBeInRange(10_000, 13_000);
    }

    [Fact]
    public void A_document_counts_as_the_whole_window()
    {
        const string block =
            """{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}""";
        Ask($$""","messages":[{"role":"user","content":[{{block}}]}]""").InputTokens.ShouldBe(1_000_000);
    }

    [Fact]
    public void No_prompt_is_longer_than_the_window() =>
        Ask($$""","messages":[{"role":"user","content":"{{new string('a', 3_000_000)}}"}]""").InputTokens.ShouldBe(1_000_000);

    [Fact]
    public void Caching_anywhere_makes_the_prompt_cost_what_writing_for_an_hour_costs()
    {
        var plain = Ask(Hello);
        var cached = Ask(
            ""","messages":[{"role":"user","content":[{"type":"text","text":"Hello","cache_control":{"type":"ephemeral"}}]}]"""
        );
        plain.Caches.ShouldBeFalse();
        cached.Caches.ShouldBeTrue();
        Ask(Hello + ""","cache_control":{"type":"ephemeral","ttl":"1h"}""").Caches.ShouldBeTrue();
        Ask(Hello + ""","tools":[{"name":"f","cache\u005fcontrol":{"type":"ephemeral"}}]""").Caches.ShouldBeTrue();
        cached.Worst.ShouldBe(
            cached.Price!.Rates.CacheWrite1h.Of(cached.InputTokens) + cached.Price.Rates.Output.Of(1000) + new Money(4)
        );
    }

    [Fact]
    public void A_budget_for_thinking_above_the_limit_counts() =>
        Ask(Hello + ""","thinking":{"type":"enabled","budget_tokens":9000}""").OutputTokens.ShouldBe(9000);

    [Fact]
    public void A_missing_limit_is_put_in_where_the_policy_says_so_and_else_refused()
    {
        var body = """  {"model":"claude-sonnet-4-5","messages":[]}"""u8.ToArray();
        var dialect = new AnthropicDialect();
        dialect.Read("POST", "/v1/messages", body, Terms).ShouldBeOfType<CallReading.Refuses>().Refusal.Status.ShouldBe(400);
        var ask = dialect
            .Read("POST", "/v1/messages", body, Terms with { DefaultMaxTokens = 77 })
            .ShouldBeOfType<CallReading.Asks>()
            .Ask;
        ask.OutputTokens.ShouldBe(77);
        Encoding.UTF8.GetString(ask.Body.Span).ShouldBe("""  {"max_tokens":77,"model":"claude-sonnet-4-5","messages":[]}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"model":"claude-sonnet-4-5","model":"claude-haiku-4-5","max_tokens":1,"messages":[]}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":1,"max_tokens":100000,"messages":[]}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":1,"max\u005ftokens":100000,"messages":[]}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":1e9,"messages":[]}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":-1,"messages":[]}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":99999999999999999999,"messages":[]}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":"10","messages":[]}""")]
    [InlineData("""{"model":7,"max_tokens":1,"messages":[]}""")]
    [InlineData("""{"max_tokens":1,"messages":[]}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":1,"messages":{}}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":1,"messages":["x"]}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":1,"messages":[],}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":1,"messages":[]} {}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","max_tokens":1,"messages":[{"content":[{"type":"\ud800"}]}]}""")]
    [InlineData("""{"model":"claude-sonnet-4-5","\ud800":1,"max_tokens":1,"messages":[]}""")]
    public void What_two_readers_could_read_differently_is_refused(string body) =>
        new AnthropicDialect()
            .Read("POST", "/v1/messages", Encoding.UTF8.GetBytes(body), Terms)
            .ShouldBeOfType<CallReading.Refuses>()
            .Refusal.Status.ShouldBe(400);

    [Fact]
    public void Nesting_is_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 100)) + "1" + new string('}', 100);
        Refused(Hello + $",\"metadata\":{deep}").Status.ShouldBe(400);
    }

    [Fact]
    public void A_model_without_a_price_is_refused_unless_the_policy_lets_it_through()
    {
        var body = """{"model":"claude-unheard-of","max_tokens":5,"messages":[]}"""u8.ToArray();
        var dialect = new AnthropicDialect();
        var refusal = dialect.Read("POST", "/v1/messages", body, Terms).ShouldBeOfType<CallReading.Refuses>().Refusal;
        refusal.Rule.ShouldBe("unpriced");
        refusal.Message.ShouldContain("claude-unheard-of");
        dialect
            .Read("POST", "/v1/messages", body, Terms with { Unpriced = true })
            .ShouldBeOfType<CallReading.Asks>()
            .Ask.Worst.ShouldBe(Money.Zero);
    }

    [Theory]
    [InlineData("POST", "/v1/messages/count_tokens", true)]
    [InlineData("GET", "/v1/models", true)]
    [InlineData("GET", "/v1/models/claude-sonnet-4-5", true)]
    [InlineData("POST", "/v1/messages/batches", false)]
    [InlineData("POST", "/v1/files", false)]
    [InlineData("DELETE", "/v1/models/x", false)]
    [InlineData("GET", "/v1/messages", false)]
    [InlineData("GET", "/v1/models/", false)]
    public void Only_known_calls_go_out_and_some_are_free(string method, string path, bool goes)
    {
        var reading = new AnthropicDialect().Read(method, path, "{}"u8.ToArray(), Terms);
        if (goes)
        {
            reading.ShouldBeOfType<CallReading.Asks>().Ask.Worst.ShouldBe(Money.Zero);
        }
        else
        {
            reading.ShouldBeOfType<CallReading.Refuses>().Refusal.Rule.ShouldBe("endpoint");
        }
    }
}
