namespace Creel.Core.Habitats;

/// <summary>
/// Which host folders a habitat may hand to agents: those that people make for themselves. What the file system's standard
/// gives to the system is closed, since somebody with more rights than an agent trusts what lies there.
/// </summary>
internal static class PathRule
{
    /// <summary>Neither these, nor what is in them, nor what contains them.</summary>
    private static readonly string[] Closed =
    [
        // Programs and settings that root runs and reads, and what the machine starts from.
        "/etc",
        "/bin",
        "/boot",
        "/efi",
        "/lib",
        "/lib32",
        "/lib64",
        "/libx32",
        "/nix",
        "/sbin",
        "/snap",
        "/usr",
        // The kernel's own, and the sockets of services.
        "/dev",
        "/proc",
        "/run",
        "/sys",
        // Crontabs, package scripts, databases, images of containers, homes of services.
        "/var",
        "/root",
        "/lost+found",
    ];

    /// <summary>In a closed one, and yet made for people.</summary>
    private static readonly string[] Open = ["/var/local", "/var/www"];

    /// <summary>Everybody's: what others put there lies beside it. A folder in one of them may be handed on.</summary>
    private static readonly string[] Crowded = ["/home", "/tmp", "/var/tmp"];

    /// <summary>Folders and files that hold keys or sockets, wherever they are.</summary>
    private static readonly string[] Secret =
    [
        ".ssh",
        ".gnupg",
        ".aws",
        ".azure",
        ".kube",
        ".docker",
        ".creel",
        ".config",
        ".netrc",
        ".npmrc",
        ".pgpass",
        ".git-credentials",
        ".password-store",
        ".mozilla",
        ".thunderbird",
        ".pki",
        ".terraform.d",
        ".X11-unix",
        ".ICE-unix",
        "keyrings",
    ];

    /// <summary>Why a path can't be shared with cells; null: it can.</summary>
    public static string? Objection(string path, string? home)
    {
        if (Malformed(path) is { } malformed)
        {
            return malformed;
        }

        if (Hit(path, Closed) is { } hit)
        {
            return Within(path, hit)
                ? $"{hit} belongs to the host and is not shared"
                : $"it contains {hit}, which is not shared: name a smaller folder";
        }

        return Secrets(path, home);
    }

    /// <summary>
    /// Why a path can't be a workspace; null: it can. A workspace is named by its owner, so it may be in a home, even root's.
    /// </summary>
    public static string? WorkspaceObjection(string path, string? home)
    {
        var hit = Hit(path, Closed.Where(closed => closed != "/root" || !path.StartsWith("/root/", StringComparison.Ordinal)));
        return Malformed(path) ?? (hit is null ? Secrets(path, home) : $"{hit} belongs to the host and can't be a workspace");
    }

    /// <summary>An absolute path without empty, <c>.</c> and <c>..</c> parts; null where <c>..</c> leaves the root.</summary>
    public static string? Normalise(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>Whether a path is a folder or inside it. Both are normalised.</summary>
    public static bool Within(string path, string folder) =>
        folder == "/" || path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string? Malformed(string path) =>
        path.Any(c => char.IsControl(c) || c is ':' or ',')
            ? "a path with a control character, ':' or ',' can't be mounted everywhere"
        : !path.StartsWith('/') ? "the path must be absolute"
        : path.Split('/').Contains("..") ? "the path must not contain '..'"
        : path != Normalise(path) ? $"the path must be written plainly: {Slug.Quote(Normalise(path))}"
        : null;

    private static string? Hit(string path, IEnumerable<string> closed) =>
        Open.Concat(Crowded).Any(open => path != open && Within(path, open))
            ? null
            : closed.FirstOrDefault(folder => Within(path, folder) || Within(folder, path));

    /// <summary>
    /// In a home, what begins with a dot is settings, keys and programs of its owner, and <c>bin</c> is in their search path: who
    /// writes there runs as them.
    /// </summary>
    private static string? OwnersOwn(string path, string? home)
    {
        string?[] homes = [home, "/root", path.StartsWith("/home/", StringComparison.Ordinal) ? HomeOf(path) : null];
        var below = homes
            .OfType<string>()
            .Where(at => at != "/" && path != at && Within(path, at))
            .Select(at => path[(at.Length + 1)..].Split('/'))
            .ToList();
        return below.SelectMany(parts => parts).FirstOrDefault(part => part.StartsWith('.')) is { } hidden
                ? $"what begins with a dot in a home, as {hidden} does, belongs to its owner's programs"
            : below.Any(parts => parts[0] == "bin") ? "bin in a home holds programs that its owner runs"
            : null;
    }

    private static string HomeOf(string path) => string.Join('/', path.Split('/').Take(3));

    private static string? Secrets(string path, string? home) =>
        path.Split('/').FirstOrDefault(part => Secret.Contains(part)) is { } secret ? $"{secret} holds secrets"
        : path.EndsWith(".sock", StringComparison.Ordinal) ? "a socket is a door to its service"
        : home is not null && home != "/" && Within(home, path)
            ? "it contains the home folder with its keys: name a smaller folder"
        : Crowded.Contains(path) ? $"{path} is everybody's: name a folder in it"
        : path.StartsWith("/home/", StringComparison.Ordinal) && path.LastIndexOf('/') == "/home".Length
            ? "it is somebody's whole home: name a folder in it"
        : OwnersOwn(path, home);
}
