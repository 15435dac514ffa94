using Creel.Adapters.Linux;
using Creel.Core;

namespace Creel.Adapters.Launchd;

/// <summary>The file from which launchd starts serve; loading it is the user's, by the command that is told.</summary>
public static class PlistFile
{
    private static string Folder =>
        UnixUser.IsRoot
            ? "/Library/LaunchDaemons"
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "Library", "LaunchAgents");

    private static string Domain => UnixUser.IsRoot ? "system" : $"gui/{UnixUser.Current.Uid}";

    public static BootState Install(BootOrder order)
    {
        var file = File(order.Name);
        RefuseForeign(file);
        try
        {
            Directory.CreateDirectory(Folder);
            WholeFile.Write(file, ServePlist.Of(order), readable: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.Unavailable("service-file", $"{file} can't be written: {e.Message}"), e);
        }

        return new BootState(file, true, "written") { Hints = [$"start it now: launchctl bootstrap {Domain} {file}"] };
    }

    public static BootState Uninstall(string name)
    {
        var file = File(name);
        RefuseForeign(file);
        var there = System.IO.File.Exists(file);
        System.IO.File.Delete(file);
        return new BootState(null, false, "inactive")
        {
            Removed = there,
            Hints = there ? [$"end it: launchctl bootout {Domain}/{name}"] : [],
        };
    }

    public static BootState Status(string name) =>
        System.IO.File.Exists(File(name))
            ? new BootState(File(name), true, "written") { Hints = [$"what launchd says: launchctl print {Domain}/{name}"] }
            : new BootState(null, false, "inactive");

    private static void RefuseForeign(string file)
    {
        if (System.IO.File.Exists(file) && !System.IO.File.ReadAllText(file).Contains(ServePlist.Mark, StringComparison.Ordinal))
        {
            throw new CreelException(
                Fault.Conflict("service-foreign", $"{file} was not made by Creel", "Choose another name: --name, or remove it")
            );
        }
    }

    private static string File(string name) => Path.Combine(Folder, $"{name}.plist");
}
