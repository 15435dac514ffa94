using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains;

/// <summary>Any program as a brain: the message on its input or among its arguments, the answer on its output.</summary>
internal static class CommandBrain
{
    private const string Place = "{message}";

    public static async Task<TaskOutcome> AnswerAsync(TaskRun run, string message, string? sessionKey)
    {
        var brain = run.Agent.Brain;
        if (brain.Command.Count == 0)
        {
            throw new CreelException(
                Fault.Invalid(
                    "no-brain-command",
                    $"The command brain of agent '{run.Agent.Id}' names no program",
                    "Set brain.command in the habitat"
                )
            );
        }

        var placed = brain.Command.Any(a => a.Contains(Place));
        List<string> arguments = [.. brain.Command.Select(a => a.Replace(Place, message))];
        var byArgument = placed || brain.Input == "argument";
        if (byArgument && !placed)
        {
            arguments.Add(message);
        }

        var variables = new Dictionary<string, string>();
        if (sessionKey is not null)
        {
            variables[RuntimeVariables.SessionKey] = sessionKey;
        }

        var input = byArgument ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(message);
        var call = new ProgramCall(arguments, run.Agent.Workspace, brain.Command[0], variables, input);
        var result = await ProgramRun.RunAsync(run, call).ConfigureAwait(false);
        var outcome = result.ToOutcome(run);
        return outcome.Error is not null ? outcome
            : brain.Output == "json" ? FromJson(run, outcome)
            : TaskOutcome.Success(Answer(run.Output.Trimmed().ToArray(), null, Said(run)));
    }

    private static TaskOutcome FromJson(TaskRun run, TaskOutcome outcome)
    {
        var answer = run.Output.Trimmed().ToArray();
        try
        {
            using var json = JsonDocument.Parse(answer);
            if (
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("text", out var text)
                && text.ValueKind == JsonValueKind.String
            )
            {
                return TaskOutcome.Success(Answer(Encoding.UTF8.GetBytes(text.GetString()!), json.RootElement));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Told below, together with JSON that has no text.
        }

        return TaskOutcome.Failure("The brain's answer is no JSON object with a string 'text'", outcome.Result);
    }

    /// <summary>What a program said beside an answer that is empty: some give it there.</summary>
    private static byte[] Said(TaskRun run) => run.Output.Trimmed().Length > 0 ? [] : run.Errors.Trimmed().ToArray();

    private static byte[] Answer(byte[] text, JsonElement? raw, byte[]? errors = null) =>
        ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            ProgramResult.WriteText(json, "text", text);
            if (errors is { Length: > 0 })
            {
                ProgramResult.WriteText(json, "stderr", errors);
            }

            if (raw is { } value)
            {
                json.WritePropertyName("raw");
                value.WriteTo(json);
            }

            json.WriteEndObject();
        });
}
