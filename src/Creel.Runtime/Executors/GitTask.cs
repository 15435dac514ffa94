using Creel.Core;
using Creel.Runtime.Work;

namespace Creel.Runtime.Executors;

/// <summary>git by argument vector. What a task names is an operand and never an option.</summary>
internal static class GitTask
{
    private static readonly Dictionary<string, string> NeverAsk = new() { ["GIT_TERMINAL_PROMPT"] = "0" };

    public static async Task<TaskOutcome> CloneAsync(TaskRun run)
    {
        var repository = Operand("repo", run.Fields.Required("git:clone", "repo"));
        var destination = Operand("destination", run.Fields.Required("git:clone", "destination"));
        var branch = run.Fields.Text("branch");
        List<string> arguments = ["git", "clone"];
        if (!string.IsNullOrEmpty(branch))
        {
            arguments.Add("--branch=" + branch);
        }

        arguments.AddRange(["--", repository, run.PathOf(destination)]);
        var result = await GitAsync(run, run.Agent.Workspace, arguments).ConfigureAwait(false);
        return result.ToOutcome(
            run,
            json =>
            {
                json.WriteString("repo", repository);
                json.WriteString("destination", destination);
                json.WriteString("branch", string.IsNullOrEmpty(branch) ? "default" : branch);
            }
        );
    }

    public static async Task<TaskOutcome> PullAsync(TaskRun run)
    {
        var path = run.Fields.Required("git:pull", "repoPath");
        var result = await GitAsync(run, run.PathOf(path), ["git", "pull"]).ConfigureAwait(false);
        return result.ToOutcome(run, json => json.WriteString("repoPath", path));
    }

    public static async Task<TaskOutcome> PushAsync(TaskRun run)
    {
        var path = run.Fields.Required("git:push", "repoPath");
        var remote = Operand("remote", run.Fields.Text("remote") ?? "origin");
        var branch = Operand("branch", run.Fields.Text("branch") ?? "main");
        var result = await GitAsync(run, run.PathOf(path), ["git", "push", "--", remote, branch]).ConfigureAwait(false);
        return result.ToOutcome(
            run,
            json =>
            {
                json.WriteString("repoPath", path);
                json.WriteString("remote", remote);
                json.WriteString("branch", branch);
            }
        );
    }

    private static Task<ProgramResult> GitAsync(TaskRun run, string folder, IReadOnlyList<string> arguments) =>
        ProgramRun.RunAsync(run, new ProgramCall(arguments, folder, string.Join(' ', arguments), NeverAsk));

    private static string Operand(string field, string value) =>
        value.Length > 0 && !value.StartsWith('-')
            ? value
            : throw new CreelException(Fault.Invalid("git-operand", $"'{field}' must not be empty or begin with '-'"));
}
