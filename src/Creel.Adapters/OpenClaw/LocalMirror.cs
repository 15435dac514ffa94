using Creel.Adapters.Linux;
using Creel.Core.Provisioning;
using Creel.Core.Rendering;

namespace Creel.Adapters.OpenClaw;

/// <summary>Copies of the files that agents of gateways write themselves, on this machine, for its owner alone. What is there is left as it is.</summary>
/// <param name="setting">The folder for them; null or blank: there are no copies. <c>~</c> is <paramref name="home"/>.</param>
public sealed class LocalMirror(string? setting, string home)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string root = Root((setting ?? "").Trim(), home);

    /// <returns>Whether it was written: what is there stays, and of two who write at once the first.</returns>
    /// <exception cref="Core.CreelException">It can't be written, or others could put something in its place.</exception>
    public bool Write(string workspace, string name, string content)
    {
        if (root.Length == 0 || workspace.Length == 0 || !FileRules.IsPlainName(name))
        {
            return false;
        }

        // Whoever knows the workspace knows the folder's name: nothing below the root is reached over a link.
        using var folder = OutputFolder.OpenOwn(root);
        var place = MirrorPlace.Folder(workspace);
        folder.MakeFolder(place, Owner);
        var file = $"{place}/{name}";
        return !folder.Has(file) && folder.WriteNew(new OutputFile(file, content, OutputFile.Private));
    }

    private static string Root(string setting, string home) =>
        setting == "~" ? home
        : setting.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, setting[2..])
        : setting;
}
