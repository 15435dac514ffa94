using System.Text.Json;
using Creel.Server.Hub;

namespace Creel.Tests.Hub;

public sealed class TranscriptTests
{
    /// <summary>Every difference, by step, under the rule that allows it. docs/protocol.md gives the reasons.</summary>
    private static readonly Dictionary<int, string[]> Allowed = new()
    {
        // Errors are JSON, without stack traces.
        [4] = [Html, """body: html → {"error":"the body is not JSON: line 1, byte 2"}"""],
        [10] = ["status: 500 → 400", "error: Cannot read properties of null (reading 'type') → 'metadata' is not an object"],
        [14] = [Html, """body: html → {"error":"there is no GET here"}"""],
        [71] = [Html, """body: html → {"error":"there is no GET here"}"""],
        [72] = [Html, """body: html → {"error":"the body is longer than 102400 bytes"}"""],
        // The hub owns the task id.
        [30] = ["payload.taskId: override → 31c79e78-88ae-4041-8012-e17cbdd418ac"],
        // Agents can't task agents without leave.
        [52] = ["never comes"],
        // A second connection replaces the first, which is told so; its end changes nothing.
        [57] = ["code: 1005 → 4001"],
        [58] = ["agent.status: offline → online"],
    };

    private const string Html = "content-type: text/html; charset=utf-8 → application/json; charset=utf-8";

    /// <summary>The recorder noted what a socket got before the answer of the request that caused it.</summary>
    private static int InOrder(int step) =>
        step switch
        {
            53 => 54,
            54 => 53,
            _ => step,
        };

    [RecordedHubFact]
    public async Task The_recorded_hub_replays_with_the_listed_differences_only()
    {
        await using var server = await HubServer.StartAsync(new HubConfig { OldUnauthenticated = true });
        var steps = JsonDocument
            .Parse(await File.ReadAllTextAsync(Path.Combine(RecordedHubFactAttribute.Folder, "transcript.json")))
            .RootElement;
        var transcript = new Transcript(server);
        var wrong = new List<string>();
        for (var n = 0; n < steps.GetArrayLength(); n++)
        {
            var i = InOrder(n);
            var known = Allowed.GetValueOrDefault(i, []);
            var found = await transcript.PlayAsync(steps[i], known);
            if (!found.SequenceEqual(known))
            {
                wrong.Add($"step {i}:\n    {string.Join("\n    ", found)}");
            }
        }

        wrong.ShouldBeEmpty();
        (await transcript.Peers["A"].NextAsync("error"))
            .GetProperty("payload")
            .GetProperty("code")
            .GetString()
            .ShouldBe("bridge");
    }
}
