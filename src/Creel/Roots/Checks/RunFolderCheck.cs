using Creel.Adapters.Linux;
using Creel.Commands.Views;

namespace Creel.Roots.Checks;

/// <summary>The folder of sockets is ours, or can be made.</summary>
internal static class RunFolderCheck
{
    private const string Name = "run folder";
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public static CheckView Of(string run)
    {
        if (!Directory.Exists(run))
        {
            return CheckView.Fine(Name, $"{run} is not there yet: creel serve makes it");
        }

        if (new WritableFolders().OwnerOf(run) != UnixUser.Current.Uid)
        {
            return new CheckView(
                Name,
                CheckState.Failed,
                $"{run} is a link or belongs to another user, who could be the hub for our cells",
                $"rm -r {run}, as root; or creel serve --run-dir FOLDER"
            );
        }

        return (File.GetUnixFileMode(run) & Others) != 0
            ? new CheckView(Name, CheckState.Failed, $"others may write in {run}", $"chmod go-w {run}")
            : CheckView.Fine(Name, $"{run} is ours");
    }
}
