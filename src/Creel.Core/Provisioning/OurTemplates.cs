namespace Creel.Core.Provisioning;

/// <summary>The templates that come with Creel, for agents that lead a board, work on one, keep a gateway, or are by themselves.</summary>
public static class OurTemplates
{
    private const string Folder = "Creel.Core.Provisioning.Files.";

    private static readonly Lazy<Dictionary<string, string>> All = new(Load);

    public static IEnumerable<string> Names => All.Value.Keys.Order(StringComparer.Ordinal);

    /// <returns>Null: there is none of that name.</returns>
    public static string? Find(string name) => All.Value.GetValueOrDefault(name);

    private static Dictionary<string, string> Load()
    {
        var assembly = typeof(OurTemplates).Assembly;
        return assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToDictionary(name => name[Folder.Length..], Read, StringComparer.Ordinal);

        string Read(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }
    }
}
