using System.Text.Json;
using Creel.Runtime;
using Creel.Runtime.Brains.OpenClaw;
using Creel.Runtime.Health;
using Creel.Runtime.Processes;

namespace Creel.Tests.Runtime.OpenClaw;

/// <summary>What a gateway's process said is shown to people: whole, sign by sign.</summary>
public sealed class GatewayProcessTests : IDisposable
{
    private readonly TestFolder folder = new();

    private static readonly Dictionary<string, string> Path = new()
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
    };

    [Fact]
    public async Task A_sign_that_a_read_cuts_stays_whole()
    {
        // More than a read takes, and no power of two is a whole number of its pairs.
        await File.WriteAllTextAsync(folder["said"], string.Concat(Enumerable.Repeat("aä", 5000)));
        using var process = Start($"cat '{folder["said"]}'");
        (await process.EndAsync()).ShouldStartWith("it ended with exit code 0: aä");
        process.Said("\ufffd").ShouldBeFalse();
    }

    [Fact]
    public async Task A_line_that_is_too_long_goes_on_in_the_next_with_no_sign_lost()
    {
        using var process = Start($"printf '%s' '{new string('a', 299)}😀Z9'");
        (await process.EndAsync()).ShouldBe("it ended with exit code 0: Z9");
        process.Said("aa😀").ShouldBeTrue();
    }

    [Theory]
    [InlineData(239)]
    [InlineData(240)]
    [InlineData(238)]
    public void A_long_reason_is_cut_between_signs(int before)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            new BrainHealth("openclaw", BrainHealth.Failing, new string('a', before) + "😀 and more", 1).Write(json);
            json.WriteEndObject();
        }

        var reason = JsonDocument.Parse(buffer.ToArray()).RootElement.GetProperty("brain").GetProperty("reason").GetString()!;
        reason.ShouldBe(new string('a', before) + (before == 238 ? "😀…" : "…"));
    }

    public void Dispose() => folder.Dispose();

    private GatewayProcess Start(string script) =>
        new(new SpawnOrder(["sh", "-c", script], Path, "/"), new RuntimeLog(folder["log"], TimeProvider.System));
}
