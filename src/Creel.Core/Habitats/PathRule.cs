namespace Creel.Core.Habitats;

/// <summary>Which host folders a habitat may hand to agents.</summary>
internal static class PathRule
{
    /// <summary>Neither these, nor what is in them, nor what contains them.</summary>
    private static readonly string[] Closed =
    [
        "/etc",
        "/proc",
        "/sys",
        "/dev",
        "/run",
        "/var/run",
        "/boot",
        "/root",
        "/bin",
        "/sbin",
        "/lib",
        "/lib64",
        "/usr",
        "/var/lib/docker",
        "/var/lib/containerd",
        "/var/lib/creel",
    ];

    /// <summary>Folders that hold keys, wherever they are.</summary>
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
    ];

    /// <summary>Why a path can't be shared with cells; null: it can.</summary>
    public static string? Objection(string path, string? home)
    {
        if (Malformed(path) is { } malformed)
        {
            return malformed;
        }

        if (Closed.FirstOrDefault(closed => Within(path, closed) || Within(closed, path)) is { } hit)
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
        var hit = Closed.FirstOrDefault(closed => Within(closed, path) || (closed != "/root" && Within(path, closed)));
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

    private static string? Secrets(string path, string? home) =>
        path.Split('/').FirstOrDefault(part => Secret.Contains(part)) is { } secret ? $"{secret} holds secrets"
        : home is not null && home != "/" && Within(home, path)
            ? "it contains the home folder with its keys: name a smaller folder"
        : path == "/home" ? "it contains everybody's home"
        : null;
}
