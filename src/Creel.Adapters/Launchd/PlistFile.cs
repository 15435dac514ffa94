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
        if (Home(file) is { } home && home != order.Home)
        {
            throw new CreelException(
                Fault.Conflict(
                    "service-home",
                    $"{file} starts the serve of another home, {home}",
                    $"Choose another name for the one of {order.Home}: creel service install --name NAME"
                )
            );
        }

        try
        {
            Directory.CreateDirectory(Folder);
            WholeFile.Write(file, ServePlist.Of(order), readable: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.Unavailable("service-file", $"{file} can't be written: {e.Message}"), e);
        }

        return new BootState(file, true, "written")
        {
            Home = order.Home,
            Hints = [$"start it now: launchctl bootstrap {Domain} {file}"],
        };
    }

    public static BootState Uninstall(string name)
    {
        var file = File(name);
        RefuseForeign(file);
        var (there, home) = (System.IO.File.Exists(file), Home(file));
        System.IO.File.Delete(file);
        return new BootState(null, false, "inactive")
        {
            Removed = there,
            Home = home,
            Hints = there ? [$"end it: launchctl bootout {Domain}/{name}"] : [],
        };
    }

    public static BootState Status(string name) =>
        System.IO.File.Exists(File(name))
            ? new BootState(File(name), true, "written")
            {
                Home = Home(File(name)),
                Hints = [$"what launchd says: launchctl print {Domain}/{name}"],
            }
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

    private static string? Home(string file) =>
        System.IO.File.Exists(file) ? ServePlist.HomeOf(System.IO.File.ReadAllText(file)) : null;

    private static string File(string name) => Path.Combine(Folder, $"{name}.plist");
}
