using Creel.Core;
using Creel.Runtime.Brains.Native.Tools;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native.Prompts;

/// <summary>A brand new workspace becomes a git repository, where the cell has git: so its agent can look back.</summary>
internal static class WorkspaceRepository
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task BeginAsync(TaskRun run, Workspace workspace)
    {
        try
        {
            using var git = new ToolProgram("git init -q", workspace.Path, run.Environment(), run.Surroundings.Time);
            await Task.WhenAny(git.Ended, Task.Delay(Patience, CancellationToken.None)).ConfigureAwait(false);
            if (!git.Ended.IsCompleted)
            {
                await git.KillAsync().ConfigureAwait(false);
            }
        }
        catch (CreelException)
        {
            // A workspace works without one.
        }
    }
}
