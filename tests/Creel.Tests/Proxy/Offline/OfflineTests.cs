using System.Text.Json;
using Creel.Core.Budgets;
using Creel.Core.Outbound;

namespace Creel.Tests.Proxy.Offline;

public class OfflineTests
{
    private const string Tool = ""","tools":[{"name":"exec","input_schema":{"type":"object"}}]""";

    [Fact]
    public async Task Without_a_key_it_answers_that_it_is_no_model_and_nothing_leaves()
    {
        await using var line = await OfflineLine.StartAsync();
        var (status, text, answer) = await line.PostAsync("/anthropic/v1/messages", OfflineLine.Message("Who are you?"));
        status.ShouldBe(200, text);
        answer.Headers.GetValues("x-creel-offline").ShouldBe(["no model"]);
        var json = JsonDocument.Parse(text).RootElement;
        json.GetProperty("model").GetString().ShouldBe("claude-sonnet-4-5");
        json.GetProperty("content")[0]
            .GetProperty("text")
            .GetString()
            .ShouldBe("I am Creel's offline stand-in and no model: nothing was sent anywhere. You said: \"Who are you?\"");
        line.Proxy.Resolved.ShouldBeEmpty();
        (await line.Proxy.CallsAsync()).ShouldHaveSingleItem().Offline.ShouldBe(true);
        (await line.Proxy.StatusAsync()).Offline.ShouldBeTrue();
    }

    [Fact]
    public async Task Online_and_without_a_key_both_remedies_are_named()
    {
        await using var line = await OfflineLine.StartAsync("false");
        var (status, text, _) = await line.PostAsync("/anthropic/v1/messages", OfflineLine.Message("hello"));
        status.ShouldBe(401);
        text.ShouldContain("creel key set anthropic");
        text.ShouldContain("offline: true");
    }

    [Theory]
    [InlineData("/anthropic/v1/messages", "claude-haiku-4-5", "invalid_request_error")]
    [InlineData("/openai/v1/chat/completions", "gpt-4o", "context_length_exceeded")]
    public async Task A_prompt_beyond_the_models_window_is_refused_as_by_the_provider_and_costs_nothing(
        string path,
        string model,
        string word
    )
    {
        await using var line = await OfflineLine.StartAsync();
        var (status, text, _) = await line.PostAsync(
            path,
            OfflineLine.Message(new string('x', 900_000)).Replace("claude-sonnet-4-5", model)
        );
        status.ShouldBe(400, text);
        text.ShouldContain(word);
        text.ShouldContain("prompt is too long");
        await Eventually.Until(() => line.Book.States().All(s => s.Reserved.IsZero));
        line.Book.States().ShouldAllBe(s => s.Spent.IsZero);
    }

    [Fact]
    public async Task The_book_charges_what_it_counts_at_list_prices()
    {
        await using var line = await OfflineLine.StartAsync("{answers: [{text: 'twelve bytes'}]}");
        var body = OfflineLine.Message("hello");
        await line.PostAsync("/anthropic/v1/messages", body);
        await line.PostAsync("/anthropic/v1/messages", body.Replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\""));
        await Eventually.Until(() => line.Book.States().All(s => s.Reserved.IsZero) && !line.Book.States()[0].Spent.IsZero);

        // 3 and 15 dollars a million tokens; the second request has 14 bytes more.
        var tokens = (body.Length + 3) / 4 + (body.Length + 14 + 3) / 4;
        var spent = line.Book.States().Single(s => !s.Spent.IsZero).Spent;
        spent.ShouldBe(new Money(tokens * 3_000L + 6 * 15_000L));
    }

    [Fact]
    public async Task A_budget_that_is_used_up_refuses_here_too()
    {
        await using var line = await OfflineLine.StartAsync();
        var (status, text, _) = await line.PostAsync(
            "/anthropic/v1/messages",
            """{"model":"claude-opus-4-1","max_tokens":32000,"messages":[{"role":"user","content":"a"}]}""".Replace(
                "32000",
                "32000,\"system\":\"" + new string('x', 300_000) + "\""
            )
        );
        status.ShouldBe(402, text);
    }

    [Fact]
    public async Task The_first_rule_that_matches_answers()
    {
        await using var line = await OfflineLine.StartAsync(
            """
            {
                answers: [
                    { when: { contains: 'WEATHER' }, text: 'rain' },
                    { when: { agent: 'maggie' }, text: '{agent} of {group} sucks' },
                    { when: { group: 'lisa' }, text: '{turn}: {message} {other}' },
                    { when: { model: 'claude-opus-4-1' }, text: 'dear' },
                    { text: 'else' },
                ],
            }
            """
        );
        (await line.SayAsync("How is the weather?")).ShouldBe("rain");
        (await line.SayAsync("hello", cell: ProxyServer.Lisa)).ShouldBe("1: hello {other}");
        (await line.SayAsync("hello")).ShouldBe("else");
    }

    [Fact]
    public async Task A_tool_is_called_where_it_is_offered_and_its_answer_is_heard()
    {
        await using var line = await OfflineLine.StartAsync(
            "{answers: [{when: {after: 'tool'}, text: 'It said: {message}'}, {tool: {name: 'exec', input: {command: 'ls'}}}, {text: 'no tool'}]}"
        );
        (await line.SayAsync("look", Tool)).ShouldBe("""exec{"command":"ls"}""");
        (await line.SayAsync("look")).ShouldBe("no tool");
        var after = $$$"""
            {"model":"claude-sonnet-4-5","max_tokens":100{{{Tool}}},"messages":[{"role":"user","content":"look"},
            {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"exec","input":{"command":"ls"}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"a.txt"}]}]}]}
            """;
        var (_, text, _) = await line.PostAsync("/anthropic/v1/messages", after);
        text.ShouldContain("It said: a.txt");
    }

    /// <summary>As OpenClaw does: what it adds itself comes as a message of the user's, behind his own.</summary>
    [Fact]
    public async Task All_that_was_said_since_the_model_spoke_is_the_message_and_one_turn()
    {
        await using var line = await OfflineLine.StartAsync(
            "{answers: [{when: {contains: 'first', turn: 2}, text: 'heard: {message}'}]}"
        );
        const string Said =
            """[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"the first"},{"role":"user","content":"more"}]""";
        var (_, messages, _) = await line.PostAsync(
            "/anthropic/v1/messages",
            $$"""{"model":"claude-sonnet-4-5","max_tokens":100,"messages":{{Said}}}"""
        );
        messages.ShouldContain("heard: the first\\nmore");
        var (_, chat, _) = await line.PostAsync(
            "/openai/v1/chat/completions",
            $$"""{"model":"gpt-5-mini","messages":{{Said}}}"""
        );
        chat.ShouldContain("heard: the first\\nmore");
        var (_, response, _) = await line.PostAsync(
            "/openai/v1/responses",
            $$"""{"model":"gpt-5-mini","input":{{Said}},"store":false}"""
        );
        response.ShouldContain("heard: the first\\nmore");
    }

    [Fact]
    public async Task What_answers_only_a_few_times_does_so_for_each_group_and_goes_on_when_orders_come_again()
    {
        const string Script = "{answers: [{error: 529, times: 2}, {error: 429, retryAfter: 7, times: 1}, {text: 'fine'}]}";
        await using var line = await OfflineLine.StartAsync(Script);
        (await line.SayAsync("1")).ShouldBe("529 overloaded_error");
        await line.Proxy.OrderAsync(OfflineLine.Orders(Script));
        (await line.SayAsync("2")).ShouldBe("529 overloaded_error");
        (await line.SayAsync("1", cell: ProxyServer.Lisa)).ShouldBe("529 overloaded_error");
        var (status, _, answer) = await line.PostAsync("/anthropic/v1/messages", OfflineLine.Message("3"));
        (status, answer.Headers.RetryAfter!.Delta).ShouldBe((429, TimeSpan.FromSeconds(7)));
        (await line.SayAsync("4")).ShouldBe("fine");
        await Eventually.Until(() => line.Book.States().All(s => s.Reserved.IsZero));
        await line.Proxy.OrderAsync(OfflineLine.Orders(Script.Replace("fine", "well")));
        (await line.SayAsync("5")).ShouldBe("529 overloaded_error");
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","stream":true""")]
    public async Task An_answer_that_is_cut_off_breaks_and_is_charged_in_full(string more)
    {
        await using var line = await OfflineLine.StartAsync("{answers: [{text: 'one two three four', cut: 2, delay: 1}]}");
        await Should.ThrowAsync<HttpRequestException>(() =>
            line.PostAsync("/anthropic/v1/messages", OfflineLine.Message("a", more))
        );
        await Eventually.Until(async () => await line.Proxy.CallsAsync() is [{ Outcome: "broken" }]);
        await Eventually.Until(() => line.Book.States().All(s => s.Reserved.IsZero));
        line.Book.States().Single(s => !s.Spent.IsZero).Spent.ShouldBeGreaterThan(new Money(1000 * 15_000L));
    }

    [Fact]
    public async Task A_client_that_leaves_stops_it()
    {
        await using var line = await OfflineLine.StartAsync("{answers: [{text: 'one two three four', delay: 60000}]}");
        using var cell = line.Proxy.Cell();
        using var leave = new CancellationTokenSource();
        var call = cell.PostAsync("/anthropic/v1/messages", new StringContent(OfflineLine.Message("a")), leave.Token);
        await Eventually.Until(async () => (await line.Proxy.StatusAsync()).Cells.Sum(c => c.Calls) == 1);
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await Eventually.Until(async () => await line.Proxy.CallsAsync() is [{ Outcome: "aborted" }]);
    }

    [Fact]
    public async Task An_answer_ends_at_the_most_tokens_that_were_wanted()
    {
        await using var line = await OfflineLine.StartAsync("{answers: [{text: 'abcdefghijkl'}]}");
        var (_, text, _) = await line.PostAsync(
            "/anthropic/v1/messages",
            OfflineLine.Message("a").Replace("\"max_tokens\":1000", "\"max_tokens\":2")
        );
        text.ShouldContain("\"abcdefgh\"");
        text.ShouldContain("\"stop_reason\":\"max_tokens\"");
    }

    [Fact]
    public async Task Models_tokens_and_embeddings_are_told_too()
    {
        await using var line = await OfflineLine.StartAsync();
        using var cell = line.Proxy.Cell();
        (await cell.GetStringAsync("/anthropic/v1/models")).ShouldContain("\"claude-sonnet-4-5\"");
        (await cell.GetStringAsync("/openai/v1/models")).ShouldContain("\"object\":\"list\"");
        (await cell.GetStringAsync("/anthropic/v1/models/claude-sonnet-4-5")).ShouldContain("no model");
        ((int)(await cell.GetAsync("/openai/v1/models/none")).StatusCode).ShouldBe(404);
        var count = await line.PostAsync("/anthropic/v1/messages/count_tokens", OfflineLine.Message("a"));
        count.Text.ShouldBe($$"""{"input_tokens":{{(OfflineLine.Message("a").Length + 3) / 4}}}""");

        const string Ask =
            """{"model":"text-embedding-3-small","input":["a","b","a"],"dimensions":8,"encoding_format":"float"}""";
        var (status, text, _) = await line.PostAsync("/openai/v1/embeddings", Ask);
        status.ShouldBe(200, text);
        var vectors = Vectors(text, v => v.EnumerateArray().Select(x => x.GetSingle()));
        vectors[0].ShouldBe(vectors[2]);
        vectors[0].ShouldNotBe(vectors[1]);
        vectors[0].Sum(x => x * x).ShouldBe(1f, 0.001f);
        var packed = await line.PostAsync("/openai/v1/embeddings", Ask.Replace("float", "base64"));
        Vectors(packed.Text, v => v.GetBytesFromBase64().Chunk(4).Select(b => BitConverter.ToSingle(b))).ShouldBe(vectors);

        static float[][] Vectors(string text, Func<JsonElement, IEnumerable<float>> read) =>
            [
                .. JsonDocument
                    .Parse(text)
                    .RootElement.GetProperty("data")
                    .EnumerateArray()
                    .Select(d => read(d.GetProperty("embedding")).ToArray()),
            ];
    }

    [Fact]
    public async Task What_speaks_no_known_language_gets_nothing_while_offline()
    {
        await using var line = await OfflineLine.StartAsync();
        await line.Proxy.OrderAsync(
            OfflineLine.Orders("true") with
            {
                Upstreams =
                [
                    new UpstreamModel
                    {
                        Name = "other",
                        BaseUrl = "https://other.example",
                        Calls = [new("GET", "/x")],
                    },
                ],
            }
        );
        using var cell = line.Proxy.Cell();
        ((int)(await cell.GetAsync("/other/x")).StatusCode).ShouldBe(403);
        line.Proxy.Resolved.ShouldBeEmpty();
        (await line.Proxy.DenialsAsync()).ShouldHaveSingleItem().Rule.ShouldBe("offline");
    }
}
