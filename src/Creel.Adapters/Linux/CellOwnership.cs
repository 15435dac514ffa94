using Creel.Core;
using Creel.Core.Isolation;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>A folder that a cell writes belongs to the cell's user; a fresh one is handed over.</summary>
internal static class CellOwnership
{
    private const uint WriteAndEnter = 3;

    /// <exception cref="CreelException">It belongs to somebody else, and is not ours to give.</exception>
    public static void Check(string what, string path, SafeFileHandle held, FileFacts facts, CellUser? user)
    {
        if (user is null)
        {
            var groups = UnixUser.Groups.Append((uint)UnixUser.Current.Gid);
            if (!groups.Any(gid => facts.Allows((uint)UnixUser.Current.Uid, gid, WriteAndEnter)))
            {
                throw Refusal(what, path, facts, UnixUser.Current);
            }

            return;
        }

        if (facts.Uid == user.Uid && facts.Allows((uint)user.Uid, (uint)user.Gid, WriteAndEnter))
        {
            return;
        }

        if (facts.Uid != 0 || Directory.EnumerateFileSystemEntries($"/proc/self/fd/{held.DangerousGetHandle()}").Any())
        {
            throw Refusal(what, path, facts, user);
        }

        Ownership.Give(held, user);
    }

    private static CreelException Refusal(string what, string path, FileFacts facts, CellUser user) =>
        new(
            facts.Uid == user.Uid
                ? Fault.Refused(
                    "folder-mode",
                    $"{what}, {path}, belongs to the cell's uid {user.Uid}, which took its own right to write there",
                    $"chmod u+rwx {path}"
                )
                : Fault.Refused(
                    "folder-owner",
                    $"{what}, {path}, belongs to uid {facts.Uid}, and the cell runs as uid {user.Uid}, which may not write there",
                    $"chown -R {user.Uid}:{user.Gid} {path}"
                )
        );
}
