namespace Creel.Proxy.Dialects;

internal enum ContentKind
{
    Other,
    Json,
    Events,
}

internal static class ContentKinds
{
    public static ContentKind Of(string? contentType)
    {
        var type = (contentType ?? "").Split(';')[0].Trim();
        return type.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase) ? ContentKind.Events
            : type.Equals("application/json", StringComparison.OrdinalIgnoreCase) ? ContentKind.Json
            : ContentKind.Other;
    }
}
