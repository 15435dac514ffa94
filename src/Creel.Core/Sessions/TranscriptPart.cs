using System.Text.Json;

namespace Creel.Core.Sessions;

/// <summary>The end of a conversation.</summary>
/// <param name="Messages">Oldest first.</param>
/// <param name="IsCut">Something was left out that was too long.</param>
public sealed record TranscriptPart(IReadOnlyList<JsonElement> Messages, bool IsCut)
{
    public static TranscriptPart Empty { get; } = new([], false);
}
