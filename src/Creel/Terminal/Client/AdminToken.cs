using Creel.Core;

namespace Creel.Terminal.Client;

/// <summary>The admin token, made by <c>creel serve</c> at its first start and read by nobody but its owner.</summary>
internal static class AdminToken
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    public static string PathIn(string home) => Path.Combine(home, "admin.token");

    /// <exception cref="CreelException">There is none, it is not ours to read, or others may read it.</exception>
    public static string Read(string home)
    {
        var path = PathIn(home);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var mode = File.GetUnixFileMode(file.SafeFileHandle);
            if ((mode & Others) != 0)
            {
                throw new CreelException(
                    Fault.Refused(
                        "token-exposed",
                        $"others may read {path} (mode {Convert.ToString((int)mode, 8)})",
                        $"close it with: chmod 600 {path}"
                    )
                );
            }

            var text = new byte[1025];
            var token = System
                .Text.Encoding.ASCII.GetString(text, 0, file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false))
                .Trim();
            return token.Length is > 0 and <= 1024 && token.All(c => c is > ' ' and < '\x7f')
                ? token
                : throw new CreelException(
                    Fault.Invalid("token-file", $"{path} holds no token", "restart creel serve after removing the file")
                );
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "no-token",
                    $"there is no server: it has left no admin token at {path}",
                    "start it with: creel serve (or name the server's folder with --home)"
                ),
                e
            );
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CreelException(
                Fault.Refused("token-unreadable", $"{path} is not yours to read", "run as the user that runs creel serve"),
                e
            );
        }
    }
}
