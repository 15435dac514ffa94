namespace Creel.Runtime.Brains.Native.Models;

/// <summary><c>provider/model</c>; the model itself may have slashes.</summary>
internal sealed record ModelName(string Provider, string Model)
{
    public static ModelName Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash <= 0
            ? new ModelName(Guess(text), text.TrimStart('/'))
            : new ModelName(text[..slash].ToLowerInvariant(), text[(slash + 1)..]);
    }

    public override string ToString() => $"{Provider}/{Model}";

    /// <summary>A name alone is Anthropic's, as in OpenClaw, unless it can only be the other's.</summary>
    private static string Guess(string model) =>
        model.StartsWith("gpt-", StringComparison.Ordinal) || model is ['o', >= '0' and <= '9', ..] ? "openai" : "anthropic";
}
