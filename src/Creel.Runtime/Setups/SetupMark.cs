using System.Text;

namespace Creel.Runtime.Setups;

/// <summary>
/// Which setup has run to its end here, on disk. It lies with all else that a command can have left: the root of a cell is read-only, so that is in
/// this folder or in a workspace.
/// </summary>
internal sealed class SetupMark(string state)
{
    private const int Longest = 256;

    private string Path => System.IO.Path.Combine(state, "setup");

    public bool Is(string mark)
    {
        try
        {
            return OwnFile.Read(Path, Longest) is { } bytes && Encoding.UTF8.GetString(bytes) == mark;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A task put something else there: then it runs once more.
            return false;
        }
    }

    /// <exception cref="IOException">It can't be written.</exception>
    public void Write(string mark) => OwnFile.Write(Path, Encoding.UTF8.GetBytes(mark));
}
