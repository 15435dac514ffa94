using System.Text;

namespace Creel.Runtime;

/// <summary>
/// What happens in this runtime, on standard error and in a file that streams can follow. One older file is kept.
/// </summary>
internal sealed class RuntimeLog(string file, TimeProvider time, long limit = 5 * 1024 * 1024)
{
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? length;

    public string FilePath => file;

    /// <summary>Completes with the next line.</summary>
    public Task Changed
    {
        get
        {
            lock (gate)
            {
                return changed.Task;
            }
        }
    }

    /// <param name="text">One line; line breaks in it are flattened. Never a secret.</param>
    public void Write(string text)
    {
        var line = $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {text.ReplaceLineEndings(" ")}\n";
        StandardError.Write(line);
        lock (gate)
        {
            Append(Encoding.UTF8.GetBytes(line));
            changed.SetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void Append(byte[] line)
    {
        try
        {
            if (length + line.Length > limit)
            {
                OwnFile.Move(file, file + ".1");
                length = 0;
            }

            using var handle = OwnFile.OpenOrReplace(file);
            length ??= RandomAccess.GetLength(handle);
            RandomAccess.Write(handle, line, length.Value);
            length += line.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As above: a log that can't be written must not end the runtime.
        }
    }
}
