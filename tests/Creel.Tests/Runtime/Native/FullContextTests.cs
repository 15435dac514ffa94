using System.Text.Json;
using Creel.Core.Outbound;
using Creel.Core.Work;
using Creel.Runtime.Work;

namespace Creel.Tests.Runtime.Native;

/// <summary>What becomes of a conversation that its model holds no longer.</summary>
public class FullContextTests : IAsyncLifetime
{
    private NativeCell cell = null!;

    public async Task InitializeAsync() => cell = await NativeCell.StartAsync();

    public async Task DisposeAsync() => await cell.DisposeAsync();

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-6")]
    [InlineData("openai/gpt-5-mini")]
    public async Task A_person_is_told_once_that_the_context_is_nearly_full(string model)
    {
        cell.Agent = cell.Agent with { Model = model };
        cell.Model.Say(new OfflineRule { When = new(Contains: "hush"), Text = "NO_REPLY" }, new OfflineRule { Text = "ok" });
        object Said(string text) => new { message = text, origin = new { channel = "telegram", senderId = "7" } };
        var held = Result(await cell.TurnAsync(Said("a"))).GetProperty("usage").GetProperty("total").GetInt64();
        cell.Mind(m => m with { ContextTokens = (int)held + 100_000 });
        Text(await cell.TurnAsync(Said("b"))).ShouldBe("ok");

        // From here on the second message alone passes the mark.
        var long_ = new string('x', (int)((((held + 100_000) * 85 / 100) - held) * 4));
        var told = Text(await cell.TurnAsync(Said(long_)));
        told.ShouldStartWith("ok\n\n(This conversation fills 8");
        told.ShouldContain("/new");
        cell.Shown.ShouldEndWith(told);
        Text(await cell.TurnAsync(Said("c"))).ShouldBe("ok");
        Text(await cell.TurnAsync(new { message = long_ }, "agent:bart:programs")).ShouldBe("ok");
    }

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-6", "prompt is too long: 210000 tokens > 200000 maximum")]
    [InlineData(
        "openai/gpt-5-mini",
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 131072 tokens."
    )]
    public async Task A_full_context_is_a_clear_stop_with_a_way_on(string model, string refusal)
    {
        cell.Agent = cell.Agent with { Model = model };
        cell.Mind(m => m with { ContextTokens = 12_000 });
        cell.Model.Say(new OfflineRule { Text = "ok" });
        var result = Result(await cell.TurnAsync(new string('x', 40_000)));
        result.GetProperty("stop").GetString().ShouldBe("context-full");
        result.GetProperty("text").GetString()!.ShouldContain("/new");
        cell.Model.Asked.ShouldBeEmpty();

        cell.Mind(m => m with { ContextTokens = null });
        cell.Model.Say(new OfflineRule { Error = 400, Text = refusal });
        Result(await cell.TurnAsync("y", "agent:bart:other")).GetProperty("stop").GetString().ShouldBe("context-full");
    }

    private static JsonElement Result(TaskOutcome outcome)
    {
        outcome.Error.ShouldBeNull();
        return JsonDocument.Parse(outcome.Result!).RootElement;
    }

    private static string Text(TaskOutcome outcome) => Result(outcome).GetProperty("text").GetString()!;
}
