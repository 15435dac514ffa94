namespace Creel.Core.Rendering;

/// <summary>The variable in which a provider's key is looked for.</summary>
internal static class ProviderKeys
{
    /// <summary>The variable of <c>provider/model</c>; null where no provider is named, or one that has no such name.</summary>
    public static string? VariableOf(string model)
    {
        var cut = model.IndexOf('/', StringComparison.Ordinal);
        var provider = cut > 0 ? model[..cut].ToLowerInvariant() : "";
        return provider switch
        {
            "google" => "GEMINI_API_KEY",
            "" => null,
            _ when provider.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && !char.IsAsciiDigit(provider[0]) =>
                $"{provider.ToUpperInvariant().Replace('-', '_')}_API_KEY",
            _ => null,
        };
    }
}
