using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>
/// An entry in the machine's user database for a uid of Creel's range: systemd runs units only as users that have one. It is
/// named after the uid and stays, as the files do that the uid owns; <c>adduser</c> and its like then keep off the number.
/// </summary>
internal static class CellAccount
{
    /// <summary>The name of the cell's user, which is the name of its group, too.</summary>
    /// <exception cref="CreelException">The number belongs to somebody else, or the database can't be written.</exception>
    public static async Task<(string User, string Group)> ProvideAsync(CellUser user, CancellationToken cancel)
    {
        var (name, group) = ($"creel-{user.Uid}", $"creel-{user.Gid}");
        var known = Entry("/etc/passwd", 2, user.Uid, name);
        var grouped = Entry("/etc/group", 2, user.Gid, group);
        if (known && grouped)
        {
            return (name, group);
        }

        var answer = await Systemctl
            .RunAsync(
                HostTools.Need("systemd-sysusers", "systemd"),
                ["--inline", $"g {group} {user.Gid}", $"u {name} {user.Uid}:{user.Gid} \"A cell of Creel\" /nonexistent"],
                cancel
            )
            .ConfigureAwait(false);
        return answer.Code == 0
            ? (name, group)
            : throw new CreelException(
                Fault.Missing(
                    "cell-user",
                    $"systemd runs a cell only as a user that /etc/passwd has, and {name} could not be entered: {CellFiles.LastLine(answer.Error)}",
                    "Make /etc/passwd and /etc/group writable for root, or choose another driver"
                )
            );
    }

    private static bool Entry(string file, int column, int number, string name)
    {
        var entries = KernelFile.Lines(file).Select(line => line.Split(':')).Where(parts => parts.Length > column);
        foreach (var parts in entries.Where(parts => parts[column] == $"{number}"))
        {
            return parts[0] == name
                ? true
                : throw new CreelException(
                    Fault.Conflict("cell-user", $"the number {number} of a cell's user belongs to {parts[0]} in {file}")
                );
        }

        return false;
    }
}
