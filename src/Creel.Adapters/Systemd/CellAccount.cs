using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Adapters.Systemd;

/// <summary>
/// An entry in the machine's user database for a uid of Creel's range: systemd runs units only as users that have one. It is
/// named after the uid and stays, as the files do that the uid owns; <c>adduser</c> and its like then keep off the number.
/// </summary>
internal static class CellAccount
{
    /// <summary>
    /// Whom a probe runs as: an account that machines have from the beginning and that owns nothing, so that looking whether
    /// systemd works changes nothing here.
    /// </summary>
    public static CellUser? OfProbe =>
        KernelFile
            .Lines("/etc/passwd")
            .Select(line => line.Split(':'))
            .Where(parts => parts.Length > 3 && parts[0] == "daemon")
            .Select(parts =>
                int.TryParse(parts[2], out var uid) && int.TryParse(parts[3], out var gid) ? new CellUser(uid, gid) : null
            )
            .FirstOrDefault(user => user is { Uid: > 0, Gid: > 0 });

    /// <summary>The names of the cell's user and group.</summary>
    /// <exception cref="CreelException">The number belongs to somebody else, or the database can't be written.</exception>
    public static async Task<(string User, string Group)> ProvideAsync(CellUser user, CancellationToken cancel)
    {
        var (name, group) = ($"creel-{user.Uid}", $"creel-{user.Gid}");
        if (Known("/etc/passwd", user.Uid, name) is { } known && Known("/etc/group", user.Gid, group) is { } grouped)
        {
            return (known, grouped);
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

    /// <summary>The name that the number has there; null where it has none.</summary>
    private static string? Known(string file, int number, string name)
    {
        var entries = KernelFile.Lines(file).Select(line => line.Split(':')).Where(parts => parts.Length > 2);
        var found = entries.FirstOrDefault(parts => parts[2] == $"{number}")?[0];
        // Where cells have their numbers, nobody else may have one.
        return found is null || found == name || number < UidRanges.First
            ? found
            : throw new CreelException(
                Fault.Conflict("cell-user", $"the number {number} of a cell's user belongs to {found} in {file}")
            );
    }
}
