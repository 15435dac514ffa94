using System.Security.Cryptography;
using System.Text;
using Creel.Adapters.Linux;

namespace Creel.Adapters.Systemd;

/// <summary>What somebody else changed of a cell's unit since Creel wrote it. It is told, and never undone behind their back.</summary>
internal static class UnitDrift
{
    private static readonly string[] OfMachine =
    [
        "/etc/systemd/system.control",
        "/run/systemd/system.control",
        "/run/systemd/transient",
        "/etc/systemd/system",
        "/run/systemd/system",
        "/usr/local/lib/systemd/system",
        "/usr/lib/systemd/system",
    ];

    private static string[] OfUser =>
        [
            .. new[] { Systemctl.UserRun ?? "/nonexistent" }.SelectMany(run =>
                new[] { $"{run}/systemd/user.control", $"{run}/systemd/transient", $"{run}/systemd/user" }
            ),
            $"{Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)}/.config/systemd/user.control",
            $"{Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)}/.config/systemd/user",
            "/etc/systemd/user",
            "/run/systemd/user",
            "/usr/local/lib/systemd/user",
            "/usr/lib/systemd/user",
        ];

    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>One sentence, or null where the unit is as it was written.</summary>
    public static string? Of(SystemdHandle handle)
    {
        var changed = Changed(handle).ToList();
        return changed.Count == 0 ? null : $"its unit {handle.Unit} was changed by hand: {string.Join(", ", changed)}";
    }

    /// <summary>A file that was edited in its place is kept under another name, since the next start writes it anew.</summary>
    public static void Keep(SystemdHandle handle)
    {
        if (Written(handle.Unit) is { } text && Digest(text) != handle.Digest)
        {
            CellFiles.Write(handle.Folder, handle.Unit + ".edited", text);
        }
    }

    public static string? Written(string unit) => CellFiles.Read(Systemctl.UnitFolder, unit);

    private static IEnumerable<string> Changed(SystemdHandle handle)
    {
        var own = Path.Combine(Systemctl.UnitFolder, handle.Unit);
        if (Written(handle.Unit) is not { } text)
        {
            yield return $"{own} is gone";
        }
        else if (Digest(text) != handle.Digest)
        {
            yield return $"{own} was edited";
        }

        foreach (var folder in UnixUser.IsRoot ? OfMachine : OfUser)
        {
            var instead = Path.Combine(folder, handle.Unit);
            if (instead != own && File.Exists(instead))
            {
                yield return $"{instead} stands before it";
            }

            // systemd takes drop-ins also from the folder of the name up to its first dash.
            foreach (var dropIns in new[] { instead + ".d", Path.Combine(folder, "creel-.service.d") })
            {
                foreach (var file in Files(dropIns))
                {
                    yield return $"{file} adds to it";
                }
            }
        }
    }

    private static IEnumerable<string> Files(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.conf").Order(StringComparer.Ordinal) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
