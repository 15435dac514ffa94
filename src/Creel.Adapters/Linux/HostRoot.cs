namespace Creel.Adapters.Linux;

/// <summary>The folders beside <c>/usr</c> that programs expect, as this host has them.</summary>
internal static class HostRoot
{
    /// <summary>Names in the host's root, as <c>bin</c>, with where each points, or null for a folder.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Links() =>
        from name in new[] { "bin", "sbin", "lib", "lib32", "lib64", "libx32" }
        where Directory.Exists("/" + name)
        select KeyValuePair.Create(name, new DirectoryInfo("/" + name).LinkTarget);
}
