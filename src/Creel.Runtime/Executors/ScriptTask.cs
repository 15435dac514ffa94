using System.Text;
using Creel.Core;
using Creel.Runtime.Processes;
using Creel.Runtime.Work;

namespace Creel.Runtime.Executors;

/// <summary>A script's text, run by an interpreter from a file that is gone afterwards. Its arguments meet no shell.</summary>
internal static class ScriptTask
{
    public static async Task<TaskOutcome> RunAsync(TaskRun run)
    {
        var script = run.Fields.Required("script", "script");
        var interpreter = run.Fields.Text("interpreter") ?? "node";
        var arguments = run.Fields.List("args") ?? [];
        var folder = run.PathOf(run.Fields.Text("cwd"));
        var environment = run.Environment();
        if (interpreter.StartsWith('-') || ProgramFile.TryFind(interpreter, environment, folder) is null)
        {
            throw new CreelException(
                Fault.Missing(
                    "interpreter-missing",
                    $"There is no '{interpreter}' in this cell to run the script",
                    "Install it, or name another in 'interpreter', such as sh or python3"
                )
            );
        }

        var place = environment.GetValueOrDefault("TMPDIR", "/tmp");
        var path = Path.Combine(
            place,
            $"creel-script-{Guid.NewGuid():N}{(Path.GetFileName(interpreter) == "node" ? ".js" : "")}"
        );
        try
        {
            Write(path, script);
            var call = new ProgramCall([interpreter, path, .. arguments], folder, $"{interpreter} {path}");
            var result = await ProgramRun.RunAsync(run, call).ConfigureAwait(false);
            return result.ToOutcome(run);
        }
        finally
        {
            Remove(path);
        }
    }

    /// <summary>The script may have removed it, or its folder, or put a folder in its place: its result counts all the same.</summary>
    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left lies in the cell.
        }
    }

    private static void Write(string path, string script)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        try
        {
            using var stream = new FileStream(path, options);
            stream.Write(Encoding.UTF8.GetBytes(script));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable("script-file", $"The script could not be put into {Path.GetDirectoryName(path)}: {e.Message}"),
                e
            );
        }
    }
}
