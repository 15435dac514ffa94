using System.Threading.Channels;

namespace Creel.Proxy.Logs;

/// <summary>
/// Lines in a file that two generations of are kept. Whoever adds one never waits for the disk: what it can't keep up with, or
/// has no room for, is lost, and nothing else.
/// </summary>
internal sealed class LineFile : IAsyncDisposable
{
    private readonly Channel<byte[]> waiting = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly string path;
    private readonly long most;
    private readonly Task writing;

    /// <param name="most">Bytes of a generation.</param>
    public LineFile(string path, long most)
    {
        this.path = path;
        this.most = most;
        writing = Task.Run(WriteAsync);
    }

    /// <param name="line">Without its end.</param>
    public void Add(byte[] line) => waiting.Writer.TryWrite(line);

    /// <summary>When all that was added has been written.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing.ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        while (await waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            try
            {
                WriteAll();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The disk is full: the lines are still in memory for a while, for whoever asks.
            }
        }
    }

    private void WriteAll()
    {
        using var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.Read,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        while (file.Position < most && waiting.Reader.TryRead(out var line))
        {
            file.Write(line);
            file.WriteByte((byte)'\n');
        }

        if (file.Position >= most)
        {
            File.Move(path, $"{path}.1", overwrite: true);
        }
    }
}
