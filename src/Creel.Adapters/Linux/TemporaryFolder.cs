using Creel.Core;

namespace Creel.Adapters.Linux;

/// <summary>A new folder where this system has its temporary files.</summary>
internal static class TemporaryFolder
{
    /// <returns>Its path; whoever asked for it deletes it.</returns>
    /// <exception cref="CreelException">None can be made there.</exception>
    public static string Make(string prefix)
    {
        try
        {
            return Directory.CreateTempSubdirectory(prefix).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "temporary-folder",
                    $"no folder can be made in {Path.GetTempPath()}: {e.Message.TrimEnd('.')}",
                    "Set TMPDIR to a folder that you may write"
                ),
                e
            );
        }
    }
}
