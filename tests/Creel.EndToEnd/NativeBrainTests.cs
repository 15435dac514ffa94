using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>A message is answered by the native brain in a real cell, through the proxy, by the stand-in for models.</summary>
public class NativeBrainTests
{
    [PublishedFact]
    public async Task A_turn_uses_tools_in_its_cell_and_is_answered()
    {
        await using var serve = await Serve.StartAsync();
        var sample = Path.Combine(Published.Root, "samples", "native");
        var (habitat, answers) = (Path.Combine(serve.Home, "habitat.json5"), Path.Combine(serve.Home, "answers.json5"));
        File.Copy(Path.Combine(sample, "habitat.json5"), habitat);
        File.Copy(Path.Combine(sample, "answers.json5"), answers);
        var up = await serve.CommandAsync("up", habitat, "--yes");
        up.ExitCode.ShouldBe(0, up.ToString());

        foreach (var agent in new[] { "ada", "bob" })
        {
            (await TextAsync(serve, agent, "ping")).ShouldBe("You said: ping (turn 1)");
            (await TextAsync(serve, agent, "ping")).ShouldBe("You said: ping (turn 2)");
        }

        var told = await serve.CommandAsync("task", "send", "ada", """{"type":"turn","message":"note: milk"}""", "--wait");
        told.ExitCode.ShouldBe(0, told.ToString());
        told.Output.ShouldEndWith("Noted. The file says:\nin the note:\nmilk\n");

        var (_, files) = await serve.ExecAsync(
            "ada",
            "ls; ls $HOME/../agents/ada/sessions; cat $HOME/../agents/ada/sessions/*.jsonl"
        );
        files.ShouldContain("note.txt");
        files.ShouldContain("SOUL.md");
        files.ShouldContain("sessions.json");
        files.ShouldContain("\"role\":\"toolResult\"");

        // Bob may not run programs, so his model is not offered that.
        (await TextAsync(serve, "bob", "note: milk")).ShouldBe("Noted.");
        var calls = await serve.CommandAsync("proxy", "log", "--json");
        calls.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(9);

        var explained = await serve.CommandAsync("tool", "explain", "bob", "--habitat", habitat, "--json");
        explained.ExitCode.ShouldBe(0, explained.ToString());
        var tools = JsonDocument.Parse(explained.Output).RootElement.GetProperty("tools").EnumerateArray();
        var exec = tools.Single(t => t.GetProperty("tool").GetString() == "exec");
        (exec.GetProperty("there").GetBoolean(), exec.GetProperty("removedBy").GetString()).ShouldBe(
            (false, "the agent's tools")
        );
    }

    [PublishedFact]
    public async Task Errors_of_a_provider_are_retried_or_told_by_the_brain_that_is_published()
    {
        await using var serve = await Serve.StartAsync();
        var up = await serve.UpAsync(
            """
            {
                name: 'errors',
                offline: {
                    answers: [
                        { when: { contains: 'busy' }, error: 529, retryAfter: 0, times: 1 },
                        { when: { contains: 'busy' }, text: 'after all' },
                        { when: { contains: 'slowly' }, text: 'one two three four five', delay: 300 },
                        { when: { contains: 'bad' }, error: 400, text: 'no such thing' },
                    ],
                },
                agents: { list: [{ id: 'ada', model: 'anthropic/claude-sonnet-4-6' }, { id: 'bob', model: 'openai/gpt-5-mini' }] },
            }
            """
        );
        up.ExitCode.ShouldBe(0, up.ToString());
        foreach (var agent in new[] { "ada", "bob" })
        {
            var task = await serve.TaskAsync(agent, new { type = "turn", message = "bad" });
            task.GetProperty("state").GetString().ShouldBe("failed");
            task.GetProperty("reason").GetString()!.ShouldContain("status 400: offline: no such thing");
        }

        (await TextAsync(serve, "ada", "busy")).ShouldBe("after all");
        foreach (var agent in new[] { "ada", "bob" })
        {
            var pieces = await StreamAsync(serve, agent, "slowly");
            pieces.Count.ShouldBeGreaterThan(2);
            string.Concat(pieces).ShouldBe("one two three four five");
        }
    }

    /// <summary>The pieces of text in which an answer came.</summary>
    private static async Task<IReadOnlyList<string>> StreamAsync(Serve serve, string agent, string message)
    {
        using var sent = await serve.Http.PostAsync(
            $"/agents/{agent}/task",
            new StringContent($$"""{"type":"turn","message":"{{message}}"}""", System.Text.Encoding.UTF8, "application/json")
        );
        var id = JsonDocument.Parse(await sent.Content.ReadAsStringAsync()).RootElement.GetProperty("taskId").GetString();
        using var events = new StreamReader(await serve.Http.GetStreamAsync($"/tasks/{id}/events"));
        var pieces = new List<string>();
        while (await events.ReadLineAsync() is { } line && line != "event: end")
        {
            if (line.StartsWith("data: {\"stream\":\"stdout\"", StringComparison.Ordinal))
            {
                var data = JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("data");
                pieces.Add(System.Text.Encoding.UTF8.GetString(data.GetBytesFromBase64()));
            }
        }

        return pieces;
    }

    private static async Task<string> TextAsync(Serve serve, string agent, string message) =>
        (await TurnAsync(serve, agent, message)).GetProperty("text").GetString()!;

    private static async Task<JsonElement> TurnAsync(Serve serve, string agent, string message)
    {
        var task = await serve.TaskAsync(agent, new { type = "turn", message });
        task.GetProperty("state").GetString().ShouldBe("succeeded", task.ToString());
        return task.GetProperty("result");
    }
}
