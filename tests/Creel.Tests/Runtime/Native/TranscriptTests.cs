using System.Text.Json;
using Creel.Core.Outbound;
using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Brains.Native.Transcripts;

namespace Creel.Tests.Runtime.Native;

public class TranscriptTests : IAsyncLifetime
{
    private NativeCell cell = null!;

    public async Task InitializeAsync() => cell = await NativeCell.StartAsync();

    public async Task DisposeAsync() => await cell.DisposeAsync();

    [Fact]
    public async Task A_turn_is_written_in_OpenClaws_lines()
    {
        cell.Model.Say(
            new OfflineRule { When = new(After: "tool"), Text = "done" },
            new OfflineRule { Tools = [new("write", """{"path":"a","content":"b"}""")] }
        );
        await cell.TurnAsync("x");
        var lines = cell.Transcript();
        lines
            .Select(l => l.GetProperty("type").GetString())
            .ShouldBe(["session", "model_change", "message", "message", "message", "message"]);
        (lines[0].GetProperty("version").GetInt32(), lines[0].GetProperty("cwd").GetString()).ShouldBe((3, cell.Workspace));
        for (var i = 2; i < lines.Count; i++)
        {
            lines[i].GetProperty("parentId").GetString().ShouldBe(lines[i - 1].GetProperty("id").GetString());
        }

        var messages = lines.Skip(2).Select(l => l.GetProperty("message")).ToList();
        messages.Select(m => m.GetProperty("role").GetString()).ShouldBe(["user", "assistant", "toolResult", "assistant"]);
        messages[1].GetProperty("stopReason").GetString().ShouldBe("toolUse");
        var call = messages[1].GetProperty("content")[0];
        call.GetProperty("type").GetString().ShouldBe("toolCall");
        call.GetProperty("arguments").GetProperty("path").GetString().ShouldBe("a");
        messages[2].GetProperty("toolCallId").GetString().ShouldBe(call.GetProperty("id").GetString());
        messages[3].GetProperty("usage").GetProperty("totalTokens").GetInt64().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_torn_last_line_is_left_out_with_one_warning_and_the_conversation_goes_on()
    {
        cell.Model.Say(new OfflineRule { Text = "turn {turn}" });
        await cell.TurnAsync("a");
        var file = Directory.GetFiles(cell.Sessions, "*.jsonl").Single();
        File.AppendAllText(file, """{"type":"message","id":"12345678","parentId":"x","mess""");
        await cell.TurnAsync("b");

        cell.Events.Count(e => e.GetProperty("type").GetString() == "note").ShouldBe(1);
        cell.Shown.ShouldBe("turn 2");
        cell.Transcript().Count.ShouldBe(6);
        await cell.TurnAsync("c");
        cell.Shown.ShouldBe("turn 3");
        cell.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_transcript_that_OpenClaw_has_written_is_opened_and_continued()
    {
        Directory.CreateDirectory(cell.Sessions);
        var file = Path.Combine(cell.Sessions, "5d0c7c2e-1111-4222-8333-944455566677.jsonl");
        File.WriteAllText(
            file,
            """
            {"type":"session","version":3,"id":"5d0c7c2e-1111-4222-8333-944455566677","timestamp":"2026-02-26T10:00:00.000Z","cwd":"/root/.openclaw/workspace"}
            {"type":"model_change","id":"aaaaaaaa","parentId":null,"timestamp":"2026-02-26T10:00:00.001Z","provider":"anthropic","modelId":"claude-opus-4-6"}
            {"type":"thinking_level_change","id":"bbbbbbbb","parentId":"aaaaaaaa","timestamp":"2026-02-26T10:00:00.002Z","thinkingLevel":"low"}
            {"type":"custom","customType":"model-snapshot","data":{"x":1},"id":"cccccccc","parentId":"bbbbbbbb","timestamp":"2026-02-26T10:00:00.003Z"}
            {"type":"message","id":"dddddddd","parentId":"cccccccc","timestamp":"2026-02-26T10:00:01.000Z","message":{"role":"user","content":[{"type":"text","text":"my number is 42"}],"timestamp":1}}
            {"type":"message","id":"eeeeeeee","parentId":"dddddddd","timestamp":"2026-02-26T10:00:02.000Z","message":{"role":"assistant","content":[{"type":"thinking","thinking":"hm","thinkingSignature":"s"},{"type":"text","text":"noted"},{"type":"toolCall","id":"toolu_1","name":"exec","arguments":{"command":"date"}}],"api":"anthropic-messages","provider":"anthropic","model":"claude-opus-4-6","usage":{"input":1,"output":1,"cacheRead":0,"cacheWrite":0,"totalTokens":2},"stopReason":"toolUse","timestamp":2}}
            """
        );
        File.WriteAllText(
            Path.Combine(cell.Sessions, "sessions.json"),
            """{"agent:bart:main":{"sessionId":"5d0c7c2e-1111-4222-8333-944455566677","updatedAt":1,"label":"kept","skillsSnapshot":{"prompt":"p"}}}"""
        );
        cell.Model.Say(new OfflineRule { Text = "turn {turn}" });
        await cell.TurnAsync("and now?");

        var messages = cell.Model.Asked.Single().Body.GetProperty("messages");
        messages[0].GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("my number is 42");
        messages[1]
            .GetProperty("content")
            .EnumerateArray()
            .Select(c => c.GetProperty("type").GetString())
            .ShouldBe(["text", "tool_use"]);
        var last = messages[2].GetProperty("content");
        last[0].GetProperty("content").GetString().ShouldBe(History.NoAnswer);
        last[1].GetProperty("text").GetString().ShouldBe("and now?");
        File.ReadAllLines(file)[6].ShouldContain("model_change");
        var entry = JsonDocument
            .Parse(File.ReadAllText(Path.Combine(cell.Sessions, "sessions.json")))
            .RootElement.GetProperty("agent:bart:main");
        entry.GetProperty("label").GetString().ShouldBe("kept");
        entry.GetProperty("skillsSnapshot").GetProperty("prompt").GetString().ShouldBe("p");
    }

    [Fact]
    public async Task What_a_killed_runtime_had_heard_is_in_the_conversation_afterwards()
    {
        cell.Model.Say(new OfflineRule { Text = "one two three four five six", Delay = 100 });
        using var run = cell.Run(new { message = "count" });
        var turn = cell.TurnAsync(run);
        await Eventually.Until(() => run.Output.Length >= "one two three".Length);
        var part = Directory.GetFiles(cell.Sessions, "*.part").Single();
        var left = await File.ReadAllTextAsync(part);
        var whole = await File.ReadAllBytesAsync(Directory.GetFiles(cell.Sessions, "*.jsonl").Single());
        run.Stop.Ask(Creel.Runtime.Work.StopReason.Interrupted);
        await turn;
        File.Exists(part).ShouldBeFalse();

        // As a kill would have left it, in the middle of a piece.
        await File.WriteAllBytesAsync(Directory.GetFiles(cell.Sessions, "*.jsonl").Single(), whole);
        await File.WriteAllTextAsync(part, left + "{\"text\":\"fo");
        cell.Model.Say(new OfflineRule { Text = "ok" });
        await cell.TurnAsync("go on");

        var messages = cell.Model.Asked.Last().Body.GetProperty("messages");
        messages[1].GetProperty("content")[0].GetProperty("text").GetString()!.ShouldStartWith("one two three");
        messages[2].GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("go on");
        cell.Transcript().Count(l => l.ToString().Contains("aborted")).ShouldBe(1);
        Directory.GetFiles(cell.Sessions, "*.part").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_index_that_is_no_JSON_is_set_aside()
    {
        Directory.CreateDirectory(cell.Sessions);
        File.WriteAllText(Path.Combine(cell.Sessions, "sessions.json"), "{ torn");
        cell.Model.Say(new OfflineRule { Text = "ok" });
        await cell.TurnAsync("x");
        cell.Shown.ShouldBe("ok");
        File.ReadAllText(Path.Combine(cell.Sessions, "sessions.json.broken")).ShouldBe("{ torn");
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("A")]
    [InlineData("")]
    [InlineData("-x")]
    public async Task A_session_id_that_is_none_is_refused(string id) =>
        (await Should.ThrowAsync<Core.CreelException>(cell.TurnAsync(new { message = "x", sessionId = id }))).Fault.Code.ShouldBe(
            "session-id"
        );

    [Fact]
    public async Task A_transcript_that_is_a_link_is_not_followed()
    {
        Directory.CreateDirectory(cell.Sessions);
        var secret = Path.Combine(cell.Outside, "secret");
        File.WriteAllText(secret, "host");
        File.CreateSymbolicLink(Path.Combine(cell.Sessions, "s1.jsonl"), secret);
        (
            await Should.ThrowAsync<Core.CreelException>(cell.TurnAsync(new { message = "x", sessionId = "s1" }))
        ).Fault.Code.ShouldBe("transcript");
        File.ReadAllText(secret).ShouldBe("host");
    }

    [Fact]
    public void A_compaction_stands_for_what_was_before_it()
    {
        var entries = Lines(
            """{"type":"message","id":"1","parentId":null,"message":{"role":"user","content":"old"}}""",
            """{"type":"message","id":"2","parentId":"1","message":{"role":"user","content":"kept"}}""",
            """{"type":"compaction","id":"3","parentId":"2","summary":"in short","firstKeptEntryId":"2"}""",
            """{"type":"message","id":"4","parentId":"3","message":{"role":"user","content":"new"}}"""
        );
        History.Of(entries).Cast<UserMessage>().Select(m => m.Text.Split('\n')[^1]).ShouldBe(["in short", "kept", "new"]);
    }

    [Fact]
    public void A_branch_that_was_left_is_not_told()
    {
        var entries = Lines(
            """{"type":"message","id":"1","parentId":null,"message":{"role":"user","content":"a"}}""",
            """{"type":"message","id":"2","parentId":"1","message":{"role":"user","content":"left"}}""",
            """{"type":"message","id":"3","parentId":"1","message":{"role":"user","content":"taken"}}"""
        );
        History.Of(entries).Cast<UserMessage>().Select(m => m.Text).ShouldBe(["a", "taken"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("null\n")]
    [InlineData("{\"type\":\"session\"}")]
    [InlineData("{\"type\":\"session\"}\nnonsense\n{\"type\":\"message\",\"id\":\"1\",\"parentId\":\"1\"}\n")]
    [InlineData("\u0000\u0001{{{\n[1,2]\n{\"a\":1} {\"b\":2}\n")]
    public void Whatever_is_in_the_file_something_can_be_said(string text) =>
        History.Of(TranscriptText.Read(System.Text.Encoding.UTF8.GetBytes(text)).Entries).Count.ShouldBe(0);

    private static IReadOnlyList<JsonElement> Lines(params string[] lines) =>
        [.. lines.Select(l => JsonDocument.Parse(l).RootElement)];
}
