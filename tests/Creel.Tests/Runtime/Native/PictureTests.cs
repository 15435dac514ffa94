using Creel.Core.Outbound;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Runtime.Native;

public class PictureTests : IAsyncLifetime
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4];
    private NativeCell cell = null!;

    public async Task InitializeAsync()
    {
        cell = await NativeCell.StartAsync();
        await File.WriteAllBytesAsync(cell.InWorkspace("a.png"), Png);
        cell.Model.Say(new OfflineRule { Text = "nice" });
    }

    public async Task DisposeAsync() => await cell.DisposeAsync();

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-6", "\"media_type\":\"image/png\",\"data\":\"{0}\"")]
    [InlineData("openai/gpt-5-mini", "data:image/png;base64,{0}")]
    public async Task A_picture_is_shown_to_the_model_in_the_turn_it_came_with(string model, string shown)
    {
        cell.Agent = cell.Agent with { Model = model };
        var picture = string.Format(null, shown, Convert.ToBase64String(Png));
        (await cell.TurnAsync(new { message = "look: a.png", images = new[] { "a.png" } })).Error.ShouldBeNull();
        cell.Model.Asked.Last().Body.GetRawText().ShouldContain(picture);
        (await cell.TurnAsync("again")).Error.ShouldBeNull();
        cell.Model.Asked.Last().Body.GetRawText().ShouldNotContain(picture);
        cell.Model.Asked.Last().Body.GetRawText().ShouldContain("look: a.png");
    }

    [Fact]
    public async Task What_is_no_picture_or_none_of_the_workspace_is_not_shown()
    {
        await File.WriteAllTextAsync(cell.InWorkspace("b.png"), "text");
        var secret = Path.Combine(cell.Outside, "c.png");
        await File.WriteAllBytesAsync(secret, Png);
        File.CreateSymbolicLink(cell.InWorkspace("c.png"), secret);
        var outcome = await cell.TurnAsync(
            new { message = "look", images = new[] { "b.png", "c.png", "../outside/c.png", "none.png" } }
        );
        outcome.Error.ShouldBeNull();
        cell.Model.Asked.Single().Body.GetRawText().ShouldNotContain("image/");
        cell.Events.Count(e => e.GetProperty("type").GetString() == "note").ShouldBe(4);
    }

    [Fact]
    public async Task A_model_that_takes_no_pictures_is_asked_without_them()
    {
        cell.Model.First = async context =>
        {
            if (!cell.Model.Asked.Last().Body.GetRawText().Contains("image/png", StringComparison.Ordinal))
            {
                return false;
            }

            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"error":{"message":"this model does not support images"}}""");
            return true;
        };
        var outcome = await cell.TurnAsync(new { message = "look", images = new[] { "a.png" } });
        outcome.Error.ShouldBeNull();
        cell.Model.Asked.Last().Body.GetRawText().ShouldContain("does not take them");
        cell.Model.Asked.Count.ShouldBe(2);
    }
}
