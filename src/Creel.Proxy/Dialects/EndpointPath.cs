namespace Creel.Proxy.Dialects;

/// <summary>Paths of an API, whatever its base address ends with.</summary>
internal static class EndpointPath
{
    /// <summary>Without the version: <c>/v1/messages</c> and <c>/messages</c> are one.</summary>
    public static string Trim(string path)
    {
        var end = path.IndexOf('/', 1);
        return end > 2 && path[1] == 'v' && char.IsAsciiDigit(path[2]) ? path[end..] : path;
    }

    /// <summary>Something below, not the folder itself. Names of models may have slashes.</summary>
    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && path.Length > folder.Length;

    public static CallReading Unknown(string method, string path) =>
        new CallReading.Refuses(
            CallRefusal.Policy(
                "endpoint",
                $"{method} {(path.Length <= 100 ? path : path[..100])} is not among the calls whose cost is known"
            )
        );
}
