namespace Creel.Server.Gateway.Protocol;

/// <summary>A model's two halves.</summary>
internal static class ModelName
{
    /// <param name="model"><c>provider/model</c>; a name alone has no provider.</param>
    public static (string? Provider, string? Model) Split(string? model) =>
        model?.IndexOf('/', StringComparison.Ordinal) is { } at and > 0 ? (model[..at], model[(at + 1)..]) : (null, model);
}
