using Creel.Core.Provisioning;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>The templates of a habitat: its own by name, and for all others those that come with Creel.</summary>
/// <param name="Folder">Below the habitat's own; null: it has none of its own.</param>
public sealed record TemplatesModel(string? Folder, IReadOnlyDictionary<string, string> Own)
{
    public static readonly TemplatesModel Ours = new(null, new Dictionary<string, string>());

    /// <returns>Null: there is none of that name.</returns>
    public string? Find(string name) => Own.GetValueOrDefault(name) ?? OurTemplates.Find(name);
}
