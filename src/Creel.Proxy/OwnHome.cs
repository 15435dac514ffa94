using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Proxy.Hardening;

namespace Creel.Proxy;

/// <summary>The proxy's own folder, which nobody else may open, and which one proxy has at a time.</summary>
internal static class OwnHome
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes it; root gives it to the user that it will become.</summary>
    /// <exception cref="CreelException">It is somebody else's.</exception>
    public static void Make(string home, UserIds? user)
    {
        var owner = user?.User ?? Libc.geteuid();
        try
        {
            if (!Directory.Exists(home))
            {
                Directory.CreateDirectory(home, Own);
                if (user is not null && Libc.lchown(home, user.User, user.Group) != 0)
                {
                    throw new IOException(Marshal.GetLastPInvokeErrorMessage());
                }
            }

            File.SetUnixFileMode(home, Own);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong(home, owner, e.Message.TrimEnd('.'));
        }

        if (Libc.Look(home) is not { IsFolder: true } facts || facts.User != owner)
        {
            throw Wrong(home, owner, "it is somebody else's");
        }
    }

    /// <returns>Held for as long as it is open.</returns>
    /// <exception cref="CreelException">Another proxy has it.</exception>
    public static FileStream Lock(string home)
    {
        try
        {
            return new FileStream(Path.Combine(home, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new CreelException(
                Fault.Conflict("home-in-use", $"another proxy works in {home}", "end it first: creel serve does, when it stops"),
                e
            );
        }
        catch (UnauthorizedAccessException e)
        {
            throw Wrong(home, Libc.geteuid(), e.Message.TrimEnd('.'));
        }
    }

    private static CreelException Wrong(string home, uint owner, string why) =>
        new(
            Fault.Unavailable(
                "proxy-home",
                $"the folder {home} can't be used: {why}",
                $"if nobody else needs it: chown -R {owner} {home}"
            )
        );
}
