namespace Creel.Runtime.Brains.Native.Models;

/// <summary>What a model is asked.</summary>
/// <param name="Steady">The system prompt that stays the same from turn to turn, so that providers can keep it.</param>
/// <param name="Passing">The rest of it.</param>
/// <param name="Thinking">One of <see cref="ThinkingLevels"/>; null or <c>off</c>: none.</param>
internal sealed record Question(
    ModelName Model,
    string Steady,
    string Passing,
    IReadOnlyList<Message> Messages,
    IReadOnlyList<ToolOffer> Tools,
    string? Thinking
);

/// <summary>A tool as a model sees it.</summary>
/// <param name="Schema">Of its arguments, as JSON.</param>
internal sealed record ToolOffer(string Name, string Description, string Schema);
