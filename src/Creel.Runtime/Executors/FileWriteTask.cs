using Creel.Core;
using Creel.Runtime.Processes;
using Creel.Runtime.Work;

namespace Creel.Runtime.Executors;

/// <summary><c>file:write</c>: makes the folders above; the file is the old one or the new one, never half of it.</summary>
internal static class FileWriteTask
{
    public static Task<TaskOutcome> RunAsync(TaskRun run)
    {
        var named = run.Fields.Required("file:write", "filePath");
        var text = run.Fields.Required("file:write", "content");
        var bytes = FileEncoding.Write(run.Fields.Text("encoding") ?? "utf8", text);
        try
        {
            Write(run.PathOf(named), bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Explain(e, named);
        }

        var result = ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("filePath", named);
            json.WriteNumber("size", bytes.Length);
            json.WriteEndObject();
        });
        return Task.FromResult(TaskOutcome.Success(result));
    }

    /// <summary>As a whole, through a link where there is one; a device or pipe is written into.</summary>
    public static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
        if (Directory.Exists(path))
        {
            throw FileErrors.From(21, "open", path);
        }

        // A link stays a link, as it did: what it leads to is written.
        var target = new FileInfo(path).LinkTarget is null
            ? path
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        var exists = File.Exists(target);
        if (exists && !FileKind.IsRegular(target))
        {
            RawFile.WriteInto(target, path, bytes);
            return;
        }

        var beside = $"{target}.{Guid.NewGuid():N}";
        try
        {
            using (var file = File.OpenHandle(beside, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(file, bytes, 0);
                if (exists)
                {
                    File.SetUnixFileMode(file, File.GetUnixFileMode(target));
                }
            }

            File.Move(beside, target, overwrite: true);
        }
        catch (UnauthorizedAccessException) when (exists)
        {
            // The folder takes no new file; the old one may still be written in place.
            File.WriteAllBytes(target, bytes);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    public static CreelException Explain(Exception e, string named) =>
        e switch
        {
            PathTooLongException => FileErrors.From(36, "open", named),
            UnauthorizedAccessException => FileErrors.From(13, "open", named),
            DirectoryNotFoundException or FileNotFoundException => FileErrors.From(2, "open", named),
            IOException { HResult: var code } when code is > 0 and < 200 => FileErrors.From(code, "open", named),
            _ => new CreelException(Fault.Invalid("file", $"'{named}' can't be written: {e.Message}"), e),
        };
}
