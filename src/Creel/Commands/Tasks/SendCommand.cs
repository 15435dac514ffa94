using System.CommandLine;
using System.Text;
using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Commands.Tasks;

/// <summary><c>creel task send AGENT JSON</c>: one unit of work.</summary>
internal static class SendCommand
{
    private const int Longest = 1 << 20;

    private sealed record Options(
        Argument<string> Agent,
        Argument<string> Json,
        Option<int?> Wait,
        Option<bool> Watch,
        Option<bool> Text
    );

    public static Command Build(Cli cli)
    {
        var options = new Options(
            AgentArgument.Make(),
            new("JSON")
            {
                Description = "The task, as '{\"type\":\"exec\",\"command\":\"uname -a\"}'; - reads it from standard input",
            },
            WaitOption.Make(),
            new("--watch", "-w") { Description = "Show its output as it comes, and wait for its end" },
            TextOption()
        );
        var command = new Command("send", "Give an agent a task")
        {
            options.Agent,
            options.Json,
            options.Wait,
            options.Watch,
            options.Text,
        };
        return cli.Runs(command, (call, cancel) => RunAsync(call, options, cancel));
    }

    public static Option<bool> TextOption() => new("--text") { Description = "Show only what the task gave, not how it went" };

    /// <summary>The task as UTF-8, known to be a JSON object.</summary>
    /// <exception cref="CreelException">It is none, or too long.</exception>
    public static byte[] Check(byte[] json)
    {
        if (json.Length > Longest)
        {
            throw new CreelException(
                new Fault(
                    FaultKind.TooLarge,
                    "task-size",
                    "the task is longer than 1 MiB",
                    "put what is long into a file:write or a shared folder"
                )
            );
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? json
                : throw new CreelException(Fault.Invalid("task-json", "the task is no JSON object", Example));
        }
        catch (JsonException e)
        {
            var place = $"line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}";
            throw new CreelException(Fault.Invalid("task-json", $"the task is not JSON ({place})", Example), e);
        }
    }

    private const string Example = "write it as '{\"type\":\"exec\",\"command\":\"uname -a\"}', in single quotes";

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        var agent = call.Value(options.Agent);
        var wait = WaitOption.Of(call.Value(options.Wait));
        var payload = Check(await TextAsync(call, call.Value(options.Json), cancel));
        TaskTypes.CheckFields(payload);
        var answer = await call.Client.SendAsync(HttpMethod.Post, $"agents/{AgentArgument.Segment(agent)}/task", payload, cancel);
        var submitted = Call.Read<SubmittedView>(answer);
        if (call.Value(options.Watch) || wait is not null)
        {
            if (!call.Json && !call.Value(options.Text))
            {
                call.Note(
                    submitted.Queued
                        ? $"task {submitted.TaskId}: queued, {agent} is not connected"
                        : $"task {submitted.TaskId}: sent to {agent}"
                );
            }

            return await TaskWait.SayOnInterrupt(
                submitted.TaskId,
                async () =>
                    call.Value(options.Watch)
                        ? await TaskWatch.RunAsync(call, submitted.TaskId, wait, cancel)
                        : TaskResult.Show(
                            call,
                            await TaskWait.ForEndAsync(call, submitted.TaskId, wait!.Value, cancel),
                            textOnly: call.Value(options.Text)
                        ),
                cancel
            );
        }

        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        call.Say(submitted.TaskId);
        call.Note(
            submitted.Queued ? $"queued: {agent} is not connected; it gets the task when it comes back" : $"sent to {agent}"
        );
        call.Note($"  → its result: creel task show {submitted.TaskId} --wait");
        return ExitCodes.Ok;
    }

    private static async Task<byte[]> TextAsync(Call call, string written, CancellationToken cancel)
    {
        if (written != "-")
        {
            return Encoding.UTF8.GetBytes(written);
        }

        var text = new byte[Longest + 1];
        var length = await call.Io.Input.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancel);
        return text[..length];
    }
}
