namespace Creel.Runtime.Brains.Native.Models;

/// <summary>One message of a conversation, whoever's format it came from or goes to.</summary>
internal abstract record Message;

internal sealed record UserMessage(string Text) : Message
{
    public IReadOnlyList<Picture> Pictures { get; init; } = [];
}

/// <param name="Type">As <c>image/png</c>.</param>
internal sealed record Picture(string Type, byte[] Content);

/// <summary>What a model said.</summary>
/// <param name="Model"><c>provider/model</c>; its thoughts are worth something to itself alone.</param>
internal sealed record ModelMessage(IReadOnlyList<Part> Parts, string Model) : Message;

/// <summary>What a tool answered.</summary>
internal sealed record ToolMessage(string CallId, string Tool, string Text, bool Failed) : Message;

internal abstract record Part;

internal sealed record TextPart(string Text) : Part;

/// <param name="Signature">By which its provider knows it again; null: it is for people alone.</param>
/// <param name="Redacted">The text is the provider's own cipher.</param>
internal sealed record ThoughtPart(string Text, string? Signature, bool Redacted = false) : Part;

/// <param name="Arguments">JSON as the model wrote it, which may be none.</param>
internal sealed record CallPart(string Id, string Tool, string Arguments) : Part;
