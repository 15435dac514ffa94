using System.Text;
using Creel.Core.Provisioning;

namespace Creel.Adapters.OpenClaw;

/// <summary>Copies of the files that agents of gateways write themselves, on this machine, for people. What is there is left as it is.</summary>
/// <param name="setting">The folder for them; null or blank: there are no copies. <c>~</c> is <paramref name="home"/>.</param>
public sealed class LocalMirror(string? setting, string home)
{
    private readonly string root = Root((setting ?? "").Trim(), home);

    /// <returns>Whether it was written. That it could not be stops nothing: it is a copy.</returns>
    public bool Write(string workspace, string name, string content)
    {
        if (root.Length == 0 || workspace.Length == 0 || !FileRules.IsPlainName(name))
        {
            return false;
        }

        var folder = Path.Combine(root, MirrorPlace.Folder(workspace));
        var path = Path.Combine(folder, name);
        if (File.Exists(path))
        {
            return false;
        }

        // A name of its own, so that two that write at once do not meet; the first that is done stays.
        var half = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(half, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(Encoding.UTF8.GetBytes(content));
                file.Flush(flushToDisk: true);
            }

            File.Move(half, path, overwrite: false);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(half);
            return false;
        }
    }

    private static string Root(string setting, string home) =>
        setting == "~" ? home
        : setting.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, setting[2..])
        : setting;

    private static void Remove(string half)
    {
        try
        {
            File.Delete(half);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It lies there under a name that nobody reads.
        }
    }
}
