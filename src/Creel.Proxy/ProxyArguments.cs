using Creel.Proxy.Hardening;

namespace Creel.Proxy;

/// <summary>The command line.</summary>
/// <param name="Home">The proxy's own folder.</param>
/// <param name="Run">The folder of sockets.</param>
/// <param name="User">Whom to become; null: nobody else.</param>
internal sealed record ProxyArguments(string Home, string Run, UserIds? User)
{
    public const string Usage = """
        usage: creel-proxy --home FOLDER --run FOLDER [--user UID:GID]

          --home   its own folder, made with mode 0700: keys (encrypted), the key to them, the last orders
          --run    where the sockets are: FOLDER/proxy-control.sock, and FOLDER/proxy/CELL/proxy.sock for each cell
          --user   by number; whom it becomes, when started as root, before it reads a key. Whoever gives it orders then makes
                   FOLDER/proxy/CELL for each cell with a group of its own: of that user and the cell's group, mode 0750

        creel serve starts it. A credential of systemd named creel-proxy-key is taken as the key to the keys.
        These variables are set for it, or it starts itself once more with them:
        """;

    /// <returns>Null: it is not used so.</returns>
    public static ProxyArguments? Parse(IReadOnlyList<string> words)
    {
        string? home = null;
        string? run = null;
        UserIds? user = null;
        for (var i = 0; i + 1 < words.Count; i += 2)
        {
            var known = words[i] switch
            {
                "--home" when home is null => (home = words[i + 1]).Length > 0,
                "--run" when run is null => (run = words[i + 1]).Length > 0,
                "--user" when user is null => UserIds.TryParse(words[i + 1], out user),
                _ => false,
            };
            if (!known)
            {
                return null;
            }
        }

        return words.Count % 2 == 0 && home is not null && run is not null
            ? new ProxyArguments(Path.GetFullPath(home), Path.GetFullPath(run), user)
            : null;
    }
}
