using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Tests.Runtime;

public sealed class ExecutorConformanceTests
{
    private const string ResultToo =
        "a failed command tells its exit code and both streams too; the error is one sentence, without a stack";
    private const string Sentence = "the error is a sentence of ours, without a stack";

    /// <summary>Each case that is answered otherwise than it was: why, and what is expected in its place.</summary>
    private static readonly Dictionary<string, (string Why, string Expected)> Differences = new()
    {
        ["2"] = (
            ResultToo,
            """{"success":false,"error":"Command failed: echo out; echo err >&2; exit 3 (exit code 3)","result":{"stdout":"out","stderr":"err","exitCode":3}}"""
        ),
        ["3"] = (
            "a timeout is a state of its own and ends the whole process group",
            """{"success":false,"state":"timed-out","error":"Command timed out and was ended: sleep 5","result":{"stdout":"","stderr":"","exitCode":143,"signal":"SIGTERM","timedOut":true}}"""
        ),
        ["4"] = (
            "sudo is allowed by the agent's policy and never by the task itself",
            """{"success":false,"error":"Sudo is not allowed for this agent. Only its policy can allow it; the task's own allowSudo has no say"}"""
        ),
        ["5"] = (Sentence, """{"success":false,"error":"exec needs 'command', a string, or 'argv', a list of strings"}"""),
        ["6"] = (Sentence, """{"success":false,"error":"Unknown task type: bogus"}"""),
        ["7"] = (
            "arguments of a script meet no shell: they are neither split nor expanded",
            """{"success":true,"result":{"stdout":"[ 'a b', '$(echo inj)' ]","stderr":"","exitCode":0}}"""
        ),
        ["8"] = (ResultToo, """{"success":false,"result":{"stdout":"","exitCode":1}}"""),
        ["11"] = (Sentence, """{"success":false,"error":"ENOENT: no such file or directory, open '/srv/hub/none'"}"""),
        ["13"] = (
            ResultToo,
            """{"success":false,"error":"Command failed: git pull (exit code 128)","result":{"exitCode":128,"stderr":"fatal: not a git repository (or any of the parent directories): .git"}}"""
        ),
        ["14"] = (Sentence, """{"success":false,"error":"Deploy task requires a command"}"""),
        ["16"] = (
            ResultToo,
            """{"success":false,"error":"Command failed: false (exit code 1)","result":{"command":"false","stdout":"","stderr":"","exitCode":1}}"""
        ),
        ["18"] = (
            "output past the limit is cut and told, and the task goes on to its end",
            """{"success":true,"result":{"stderr":"","exitCode":0,"truncated":{"stdout":true,"stderr":false}}}"""
        ),
        ["20"] = (Sentence, """{"success":false,"error":"Unknown task type: undefined"}"""),
    };

    [ExecutorFact]
    public async Task Every_recorded_case_is_answered_as_it_was_or_as_is_written_here()
    {
        await using var cell = await CellFixture.StartAsync();
        var place = cell.Workspace;
        foreach (var recorded in ExecutorCases.Read())
        {
            var id = recorded.GetProperty("result").GetProperty("taskId").GetString()!;
            if (id == "19")
            {
                // It clones what the recording machine had at this place.
                await cell.PrintAsync(
                    "mkdir -p hub && cd hub && git init -q && git -c user.name=a -c user.email=b commit -q --allow-empty -m c"
                );
            }

            // The recording's folder becomes one of this test's own.
            var task = JsonNode.Parse(recorded.GetProperty("task").GetRawText().Replace("/srv/hub", place + "/hub"))!;
            var expected = Differences.TryGetValue(id, out var difference)
                ? difference.Expected
                : recorded.GetProperty("result").GetRawText();
            if (id == "7" && !File.Exists("/usr/bin/node") && !File.Exists("/usr/local/bin/node"))
            {
                continue;
            }

            await cell.Connection.SubmitAsync(CellFixture.Agent, id, task);
            var answer = await cell.Connection.ResponseAsync(id);

            answer.TryGetProperty("stack", out _).ShouldBeFalse();
            answer.GetProperty("duration").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
            Covers(JsonDocument.Parse(expected.Replace("/srv/hub", place + "/hub")).RootElement, answer, $"case {id}");
        }
    }

    /// <summary>The answer has all that is expected; it may have more.</summary>
    private static void Covers(JsonElement expected, JsonElement answer, string where)
    {
        if (expected.ValueKind != JsonValueKind.Object)
        {
            answer.ToString().ShouldBe(expected.ToString(), where);
            return;
        }

        foreach (var property in expected.EnumerateObject().Where(p => p.Name is not ("duration" or "timestamp" or "stack")))
        {
            answer
                .TryGetProperty(property.Name, out var value)
                .ShouldBeTrue($"{where}: {property.Name} in {answer.ToString()[..Math.Min(500, answer.ToString().Length)]}");
            Covers(property.Value, value, $"{where}.{property.Name}");
        }
    }
}
