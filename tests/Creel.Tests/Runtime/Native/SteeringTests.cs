using System.Text.Json;
using Creel.Core.Outbound;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Runtime.Native;

public class SteeringTests : IAsyncLifetime
{
    private NativeCell cell = null!;

    public async Task InitializeAsync() => cell = await NativeCell.StartAsync();

    public async Task DisposeAsync() => await cell.DisposeAsync();

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-6")]
    [InlineData("openai/gpt-5-mini")]
    public async Task What_comes_meanwhile_is_put_before_the_next_question_to_the_model_once(string model)
    {
        cell.Agent = cell.Agent with { Model = model };
        var asked = new List<JsonElement>();
        cell.Model.First = async context =>
        {
            if (context.Request.Path != "/creel/sessions/steer")
            {
                return false;
            }

            asked.Add(cell.Model.Asked.Last().Body);
            await context.Response.WriteAsync("""{"messages":[{"runId":"run-2","message":"no, blue"}]}""");
            return true;
        };
        cell.Model.Say(
            new OfflineRule
            {
                When = new(After: "tool"),
                Tools = [new("exec", """{"command":"true"}""")],
                Times = 1,
            },
            new OfflineRule { When = new(Contains: "no, blue"), Text = "blue it is" },
            new OfflineRule { Tools = [new("exec", """{"command":"true"}""")] }
        );
        var outcome = await cell.TurnAsync(new { message = "paint it red", steer = true });
        var result = JsonDocument.Parse(outcome.Result!).RootElement;
        result.GetProperty("steered").EnumerateArray().Select(n => n.GetString()).ShouldBe(["run-2"]);
        asked.ShouldNotBeEmpty();
        asked[0].GetProperty("task").GetString().ShouldBe("t1");
        asked[0].GetProperty("have").GetArrayLength().ShouldBe(0);
        var last = cell.Model.Asked.Last(a => !a.Path.StartsWith("/creel", StringComparison.Ordinal)).Body.GetRawText();
        (last.Split("no, blue").Length - 1).ShouldBe(1);
        cell.Transcript().Count(line => line.GetRawText().Contains("no, blue", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task The_model_is_shown_so_many_turns_as_the_gateway_says()
    {
        cell.Model.Say(new OfflineRule { Text = "turn {turn}" });
        foreach (var message in new[] { "one", "two", "three" })
        {
            await cell.TurnAsync(message);
        }

        await cell.TurnAsync(new { message = "four", historyTurns = 2 });
        var asked = cell.Model.Asked.Last().Body.GetRawText();
        asked.ShouldNotContain("\"one\"");
        asked.ShouldContain("\"two\"");
        asked.ShouldContain("\"three\"");
        (await cell.TurnAsync("five")).Error.ShouldBeNull();
        cell.Model.Asked.Last().Body.GetRawText().ShouldContain("\"one\"");
    }

    [Fact]
    public async Task A_turn_that_nothing_is_for_asks_nobody_and_one_that_gets_no_answer_goes_on()
    {
        cell.Model.First = context =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(context.Request.Path == "/creel/sessions/steer");
        };
        cell.Model.Say(
            new OfflineRule { When = new(After: "tool"), Text = "done" },
            new OfflineRule { Tools = [new("exec", """{"command":"true"}""")] }
        );
        (await cell.TurnAsync("a")).Error.ShouldBeNull();
        cell.Model.Asked.ShouldNotContain(a => a.Path.StartsWith("/creel", StringComparison.Ordinal));
        var outcome = await cell.TurnAsync(new { message = "b", steer = true });
        outcome.Error.ShouldBeNull();
        cell.Model.Asked.ShouldContain(a => a.Path == "/creel/sessions/steer");
        JsonDocument.Parse(outcome.Result!).RootElement.TryGetProperty("steered", out _).ShouldBeFalse();
    }
}
