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
        var up = await serve.UpAsync(
            """
            {
                name: 'native',
                offline: {
                    answers: [
                        { when: { after: 'tool', contains: 'hello from' }, text: 'The file says: {message}' },
                        { when: { after: 'tool' }, tool: { name: 'exec', input: { command: 'echo hello from $CREEL_AGENT; cat note.txt' } } },
                        { when: { contains: 'note' }, text: 'I write.', tool: { name: 'write', input: { path: 'note.txt', content: 'milk' } } },
                        { text: 'pong {turn}' },
                    ],
                },
                agents: {
                    list: [
                        { id: 'ada', model: 'anthropic/claude-sonnet-4-6' },
                        { id: 'bob', model: { primary: 'openai/gpt-5-mini' }, tools: { deny: ['exec'] } },
                    ],
                },
            }
            """
        );
        up.ExitCode.ShouldBe(0, up.ToString());

        foreach (var agent in new[] { "ada", "bob" })
        {
            var first = await TurnAsync(serve, agent, "ping");
            first.GetProperty("text").GetString().ShouldBe("pong 1");
            (await TurnAsync(serve, agent, "ping")).GetProperty("text").GetString().ShouldBe("pong 2");
        }

        var told = await serve.CommandAsync("task", "send", "ada", """{"type":"turn","message":"take a note"}""", "--wait", "--json");
        told.ExitCode.ShouldBe(0, told.ToString());
        told.Output.ShouldContain("The file says: hello from ada\\nmilk");

        var (_, files) = await serve.ExecAsync("ada", "ls; ls $HOME/../agents/ada/sessions");
        files.ShouldContain("note.txt");
        files.ShouldContain("SOUL.md");
        files.ShouldContain("sessions.json");
        var spent = await serve.CommandAsync("proxy", "log", "--json");
        spent.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(7);
    }

    private static async Task<JsonElement> TurnAsync(Serve serve, string agent, string message)
    {
        var task = await serve.TaskAsync(agent, new { type = "turn", message });
        task.GetProperty("state").GetString().ShouldBe("succeeded", task.ToString());
        return task.GetProperty("result");
    }
}
