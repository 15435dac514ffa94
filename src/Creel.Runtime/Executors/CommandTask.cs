using Creel.Core;
using Creel.Runtime.Processes;
using Creel.Runtime.Work;

namespace Creel.Runtime.Executors;

/// <summary>Command lines: <c>exec</c>, and the named ones (<c>build</c>, <c>test</c>, <c>deploy</c>).</summary>
internal static class CommandTask
{
    /// <summary><c>command</c> is a line for the shell, as its user typed it; <c>argv</c> is run as it is.</summary>
    public static async Task<TaskOutcome> ExecAsync(TaskRun run)
    {
        var folder = run.PathOf(run.Fields.Text("cwd"));
        var vector = run.Fields.List("argv");
        var line = vector is null ? Line(run.Fields) : null;
        if (vector is not null && run.Fields.Text("command") is not null)
        {
            throw new CreelException(Fault.Invalid("field-wrong", "exec takes 'command' or 'argv', not both"));
        }

        var call = line is not null
            ? ProgramCall.Shell(line, folder)
            : new ProgramCall(vector!, folder, string.Join(' ', vector!));
        if (run.Fields.Flag("sudo"))
        {
            call = Sudo.Apply(run, call);
        }

        try
        {
            var result = await ProgramRun.RunAsync(run, call).ConfigureAwait(false);
            return result.ToOutcome(run);
        }
        catch (CreelException e) when (ProgramFile.ExitCode(e.Fault) is { } code)
        {
            return TaskOutcome.Failure(e.Fault.ToString(), NeverRan(code, e.Fault.Message));
        }
    }

    /// <summary>What a shell would have printed and said.</summary>
    private static byte[] NeverRan(int code, string why) =>
        ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("stdout", "");
            json.WriteString("stderr", why);
            json.WriteNumber("exitCode", code);
            json.WriteEndObject();
        });

    public static async Task<TaskOutcome> NamedAsync(TaskRun run, string? usual)
    {
        var command =
            run.Fields.Text("command")
            ?? usual
            ?? throw new CreelException(Fault.Invalid("field-missing", "Deploy task requires a command"));
        var result = await ProgramRun
            .RunAsync(run, ProgramCall.Shell(command, run.PathOf(run.Fields.Text("cwd"))))
            .ConfigureAwait(false);
        return result.ToOutcome(run, json => json.WriteString("command", command));
    }

    private static string Line(TaskFields fields) =>
        fields.Text("command")
        ?? throw new CreelException(
            Fault.Invalid("field-missing", "exec needs 'command', a string, or 'argv', a list of strings")
        );
}
