using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Link;
using Creel.Core.Outbound;
using Creel.Core.Tools;
using Creel.Core.Work;
using Creel.Runtime.Work;

namespace Creel.Tests.Runtime.Native;

public class NativeTurnTests : IAsyncLifetime
{
    private NativeCell cell = null!;

    public async Task InitializeAsync() => cell = await NativeCell.StartAsync();

    public async Task DisposeAsync() => await cell.DisposeAsync();

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-6", "/anthropic/v1/messages")]
    [InlineData("openai/gpt-5-mini", "/openai/v1/chat/completions")]
    [InlineData("local/llama", "/local/v1/chat/completions")]
    public async Task A_message_is_answered_and_streamed_by_the_models_own_dialect(string model, string path)
    {
        cell.Agent = cell.Agent with
        {
            Model = model,
            Upstreams = [new("anthropic", "anthropic"), new("openai", "openai"), new("local", "openai")],
        };
        cell.Model.Say(new OfflineRule { Text = "pong: {message}" });
        var result = Result(await cell.TurnAsync("ping"));

        result.GetProperty("text").GetString().ShouldBe("pong: ping");
        result.GetProperty("stop").GetString().ShouldBe("end");
        result.GetProperty("model").GetString().ShouldBe(model);
        result.GetProperty("usage").GetProperty("output").GetInt64().ShouldBeGreaterThan(0);
        result.GetProperty("usage").GetProperty("input").GetInt64().ShouldBeGreaterThan(0);
        cell.Shown.ShouldBe("pong: ping");
        cell.Model.Asked.Single().Path.ShouldBe(path);
    }

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-6")]
    [InlineData("openai/gpt-5-mini")]
    public async Task Tools_are_carried_out_and_their_answers_go_back(string model)
    {
        cell.Agent = cell.Agent with { Model = model };
        cell.Model.Say(
            new OfflineRule { When = new(After: "tool", Contains: "two"), Text = "There is: {message}" },
            new OfflineRule { When = new(After: "tool"), Tools = [new("read", """{"path":"a.txt"}""")] },
            new OfflineRule { Text = "I write.", Tools = [new("write", """{"path":"a.txt","content":"one\ntwo\n"}""")] }
        );
        var result = Result(await cell.TurnAsync("write it and read it"));

        result.GetProperty("text").GetString()!.ShouldContain("There is: one\ntwo");
        result.GetProperty("toolCalls").GetInt32().ShouldBe(2);
        File.ReadAllText(cell.InWorkspace("a.txt")).ShouldBe("one\ntwo\n");
        cell.Events.Select(e => $"{e.GetProperty("type")} {Word(e, "phase")} {Word(e, "name")}".Trim())
            .ShouldBe(["reset-text", "tool start write", "tool end write", "tool start read", "tool end read"]);
        var offset = cell.Events[0].GetProperty("offset").GetInt32();
        cell.Shown[offset..].ShouldStartWith("There is");
    }

    [Fact]
    public async Task A_conversation_goes_on_where_it_was_and_another_knows_nothing_of_it()
    {
        cell.Model.Say(new OfflineRule { Text = "turn {turn}" });
        Text(await cell.TurnAsync("a")).ShouldBe("turn 1");
        Text(await cell.TurnAsync("b")).ShouldBe("turn 2");
        Text(await cell.TurnAsync("c", "agent:bart:telegram:direct:7")).ShouldBe("turn 1");

        var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(cell.Sessions, "sessions.json"))).RootElement;
        var main = index.GetProperty("agent:bart:main");
        File.Exists(Path.Combine(cell.Sessions, $"{main.GetProperty("sessionId").GetString()}.jsonl")).ShouldBeTrue();
        main.GetProperty("totalTokens").GetInt64().ShouldBeGreaterThan(0);
        index.EnumerateObject().Count().ShouldBe(2);
    }

    [Fact]
    public async Task What_is_busy_is_asked_again_and_what_was_half_said_is_taken_back()
    {
        cell.Model.Say(
            new OfflineRule
            {
                Error = 529,
                RetryAfter = 0,
                Times = 1,
            },
            new OfflineRule
            {
                Text = "one two three four",
                Cut = 2,
                Delay = 50,
                Times = 1,
            },
            new OfflineRule { Text = "done" }
        );
        Text(await cell.TurnAsync("x")).ShouldBe("done");
        cell.Model.Asked.Count.ShouldBe(3);
        cell.Events.Select(e => Word(e, "type")).ShouldBe(["reset-text"]);
        cell.Shown.ShouldEndWith("\n\ndone");
    }

    [Fact]
    public async Task A_pause_that_is_too_long_and_a_mistake_are_not_waited_for()
    {
        cell.Model.Say(new OfflineRule { Error = 429, RetryAfter = 3600 });
        (await cell.TurnAsync("x")).Error!.ShouldEndWith("; it wants to be left alone for 3600 s)");
        cell.Model.Asked.Count.ShouldBe(1);
        cell.Model.Say(new OfflineRule { Error = 401, Text = "no key" });
        (await cell.TurnAsync("y")).Error!.ShouldContain("could not be asked (status 401: offline: no key)");
        cell.Model.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Another_model_is_asked_where_one_gives_no_answer()
    {
        cell.Mind(m => m with { Fallbacks = ["openai/gpt-5-mini"] });
        cell.Model.Say(
            new OfflineRule { When = new(Model: "claude-sonnet-4-6"), Error = 404 },
            new OfflineRule { Text = "from {model}" }
        );
        var result = Result(await cell.TurnAsync("x"));
        result.GetProperty("text").GetString().ShouldBe("from gpt-5-mini");
        result.GetProperty("model").GetString().ShouldBe("openai/gpt-5-mini");
    }

    [Fact]
    public async Task A_message_that_the_model_refuses_is_told_once_and_not_sent_again()
    {
        cell.Model.Say(
            new OfflineRule
            {
                When = new(Contains: "poison"),
                Error = 400,
                Text = "no such thing",
            },
            new OfflineRule { Text = "turn {turn}" }
        );
        Text(await cell.TurnAsync("a")).ShouldBe("turn 1");
        var refused = await cell.TurnAsync("poison");
        refused.State.ShouldBe(TaskState.Failed);
        refused.Error!.ShouldContain("left out of the conversation (status 400: offline: no such thing)");
        JsonDocument.Parse(refused.Result!).RootElement.GetProperty("stop").GetString().ShouldBe("refused");

        Text(await cell.TurnAsync("b")).ShouldBe("turn 2");
        var asked = cell.Model.Asked.Last().Body.GetRawText();
        asked.ShouldContain("\"a\"");
        asked.ShouldNotContain("poison");
        cell.Transcript().Count(e => e.GetRawText().Contains("poison")).ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_for_want_of_budget_is_told_and_never_tried_again()
    {
        cell.Mind(m => m with { Fallbacks = ["openai/gpt-5-mini"] });
        cell.Model.Say(new OfflineRule { Error = 402, Text = "the cap of 5 USD is spent" });
        var outcome = await cell.TurnAsync("x");
        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Error!.ShouldContain("no budget left");
        JsonDocument.Parse(outcome.Result!).RootElement.GetProperty("stop").GetString().ShouldBe("no-budget");
        outcome.Error!.ShouldContain("the cap of 5 USD is spent");
        cell.Model.Asked.Count.ShouldBe(1);
        cell.Transcript()[^1].GetProperty("message").GetProperty("stopReason").GetString().ShouldBe("error");
    }

    [Fact]
    public async Task What_was_said_before_a_turn_is_ended_is_kept()
    {
        cell.Model.Say(new OfflineRule { Text = "one two three four five six seven eight nine ten", Delay = 300 });
        using var run = cell.Run(new { message = "x" });
        var turn = cell.TurnAsync(run);
        await Eventually.Until(() => run.Output.Length > 0);
        run.Stop.Ask(StopReason.Cancelled);
        var outcome = await turn;
        outcome.State.ShouldBe(TaskState.Cancelled);
        var last = cell.Transcript()[^1].GetProperty("message");
        last.GetProperty("stopReason").GetString().ShouldBe("aborted");
        var said = last.GetProperty("content")[0].GetProperty("text").GetString()!;
        said.ShouldStartWith("one");
        said.ShouldBe(JsonDocument.Parse(outcome.Result!).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_program_ends_with_its_turn_and_its_call_has_an_answer_afterwards()
    {
        cell.Model.Say(new OfflineRule { Tools = [new("exec", """{"command":"echo $$ > pid; exec sleep 600"}""")] });
        using var run = cell.Run(new { message = "x" });
        var turn = cell.TurnAsync(run);
        await Eventually.Until(() =>
            File.Exists(cell.InWorkspace("pid")) && File.ReadAllText(cell.InWorkspace("pid")).EndsWith('\n')
        );
        run.Stop.Ask(StopReason.Timeout);
        (await turn).State.ShouldBe(TaskState.TimedOut);
        Directory.Exists($"/proc/{File.ReadAllText(cell.InWorkspace("pid")).Trim()}").ShouldBeFalse();

        cell.Model.Say(new OfflineRule { Text = "ok" });
        Text(await cell.TurnAsync("y")).ShouldBe("ok");
        cell.Model.Asked.Last()
            .Body.GetProperty("messages")[2]
            .GetProperty("content")[0]
            .GetProperty("content")
            .GetString()!
            .ShouldContain("the turn ended before this tool did");
    }

    [Fact]
    public async Task A_model_that_never_stops_calling_tools_is_stopped()
    {
        cell.Model.Say(new OfflineRule { Tools = [new("read", """{"path":"."}""")] });
        var result = Result(await cell.TurnAsync("x"));
        result.GetProperty("stop").GetString().ShouldBe("tool-limit");
        result.GetProperty("text").GetString()!.ShouldContain("no answer yet");
        cell.Model.Asked.Count.ShouldBe(61);
        Text(await cell.TurnAsync("y")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_empty_answer_is_asked_for_once_more_and_then_told()
    {
        cell.Model.Say(new OfflineRule { Text = "", Times = 1 }, new OfflineRule { Text = "there" });
        Text(await cell.TurnAsync("x")).ShouldBe("there");
        cell.Model.Say(new OfflineRule { Text = "" });
        (await cell.TurnAsync("y")).Error!.ShouldContain("empty answer");
        cell.Model.Asked.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_call_with_bad_arguments_or_of_no_tool_is_answered_with_what_to_do()
    {
        cell.Model.First = async context =>
        {
            if (cell.Model.Asked.Count > 1)
            {
                return false;
            }

            context.Response.ContentType = "text/event-stream";
            await Send(
                context,
                """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"write","input":{}}}"""
            );
            await Send(
                context,
                """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"path\": oops"}}"""
            );
            await Send(
                context,
                """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"b","name":"dance","input":{}}}"""
            );
            await Send(
                context,
                """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"c","name":"browser","input":{}}}"""
            );
            await Send(context, """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}""");
            return true;
        };
        cell.Model.Say(new OfflineRule { Text = "{message}" });
        var text = Text(await cell.TurnAsync("x"));
        text.ShouldContain("The arguments of write are no JSON object");
        text.ShouldContain("There is no tool 'dance'. You have: read, write");
        text.ShouldContain("There is no tool 'browser'");
        var content = cell.Model.Asked.Last().Body.GetProperty("messages")[2].GetProperty("content");
        content.EnumerateArray().Select(c => c.GetProperty("tool_use_id").GetString()).ShouldBe(["a", "b", "c"]);
        content.EnumerateArray().ShouldAllBe(c => c.GetProperty("is_error").GetBoolean());
    }

    [Fact]
    public async Task A_tool_that_the_policy_takes_away_is_neither_offered_nor_run()
    {
        cell.Mind(m =>
            m with
            {
                Tools = new ToolRules
                {
                    Agent = new ToolScope(new ToolList(Deny: ["group:runtime"]), new Dictionary<string, ToolList>()),
                },
            }
        );
        cell.Model.First = async context =>
        {
            if (cell.Model.Asked.Count > 1)
            {
                return false;
            }

            context.Response.ContentType = "text/event-stream";
            await Send(
                context,
                """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"bash","input":{"command":"touch x"}}}"""
            );
            await Send(context, """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}""");
            return true;
        };
        cell.Model.Say(new OfflineRule { Text = "{message}" });
        Text(await cell.TurnAsync("x")).ShouldBe("The tool exec is not allowed here: the agent's tools denies exec");
        File.Exists(cell.InWorkspace("x")).ShouldBeFalse();
        var offered = cell
            .Model.Asked.First()
            .Body.GetProperty("tools")
            .EnumerateArray()
            .Select(t => t.GetProperty("name").GetString())
            .ToList();
        offered.ShouldContain("read");
        offered.ShouldNotContain("exec");
    }

    [Fact]
    public async Task A_cell_without_a_proxy_and_an_agent_without_a_model_say_so()
    {
        cell.Agent = cell.Agent with { Model = null };
        (await Should.ThrowAsync<Core.CreelException>(cell.TurnAsync("x"))).Fault.Code.ShouldBe("no-model");
        cell.Agent = cell.Agent with { Model = "nowhere/m" };
        (await Should.ThrowAsync<Core.CreelException>(cell.TurnAsync("x"))).Fault.Code.ShouldBe("no-upstream");
    }

    [Fact]
    public async Task Thoughts_are_kept_and_go_back_to_their_own_model_alone()
    {
        cell.Mind(m => m with { Thinking = "low" });
        cell.Model.First = async context =>
        {
            if (cell.Model.Asked.Count > 1)
            {
                return false;
            }

            context.Response.ContentType = "text/event-stream";
            await Send(context, """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}""");
            await Send(context, """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}""");
            await Send(
                context,
                """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}"""
            );
            await Send(context, """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"yes"}}""");
            await Send(context, """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}""");
            return true;
        };
        cell.Model.Say(new OfflineRule { Text = "ok" });
        Text(await cell.TurnAsync("a")).ShouldBe("yes");
        Text(await cell.TurnAsync("b")).ShouldBe("ok");
        Text(await cell.TurnAsync(new { message = "c", model = "anthropic/claude-haiku-4-5" })).ShouldBe("ok");
        var asked = cell.Model.Asked.Select(a => a.Body).ToList();
        asked[0].GetProperty("thinking").GetProperty("type").GetString().ShouldBe("adaptive");
        asked[0].GetProperty("output_config").GetProperty("effort").GetString().ShouldBe("low");
        asked[1].GetProperty("messages")[1].GetProperty("content")[0].GetProperty("signature").GetString().ShouldBe("sig");
        asked[2].GetProperty("messages")[1].GetProperty("content")[0].GetProperty("type").GetString().ShouldBe("text");
        asked[2].GetProperty("thinking").GetProperty("budget_tokens").GetInt32().ShouldBe(2048);
    }

    private static async Task Send(Microsoft.AspNetCore.Http.HttpContext context, string data)
    {
        await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"data: {data}\n\n"));
        await context.Response.Body.FlushAsync();
    }

    private static JsonElement Result(TaskOutcome outcome)
    {
        outcome.Error.ShouldBeNull();
        return JsonDocument.Parse(outcome.Result!).RootElement;
    }

    private static string Text(TaskOutcome outcome) => Result(outcome).GetProperty("text").GetString()!;

    private static string? Word(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.ToString() : null;
}
