using System.Text;

namespace Creel.Runtime.Brains.Native.Models;

/// <summary>A model's answer while it comes; what is there when it breaks off is what was said.</summary>
/// <param name="onText">Told each piece of text at once.</param>
internal sealed class Draft(Action<string> onText)
{
    private readonly SortedDictionary<int, Piece> pieces = [];

    public ModelStop Stop { get; set; } = ModelStop.Broken;

    public Usage Usage { get; set; } = Usage.None;

    public bool AnyText => pieces.Values.Any(p => p.Kind == PieceKind.Text && p.Text.Length > 0);

    /// <summary>The text alone.</summary>
    public string Text => string.Concat(pieces.Values.Where(p => p.Kind == PieceKind.Text).Select(p => p.Text));

    /// <param name="at">Which of the answer's parts, in the provider's count.</param>
    public void AddText(int at, string text)
    {
        if (text.Length > 0)
        {
            At(at, PieceKind.Text).Text.Append(text);
            onText(text);
        }
    }

    public void AddThought(int at, string text) => At(at, PieceKind.Thought).Text.Append(text);

    public void SignThought(int at, string signature) => At(at, PieceKind.Thought).Signature += signature;

    public void AddHiddenThought(int at, string data) => At(at, PieceKind.Hidden).Text.Append(data);

    public void StartCall(int at, string? id, string? tool)
    {
        var piece = At(at, PieceKind.Call);
        piece.Id = string.IsNullOrEmpty(id) ? piece.Id : id;
        piece.Tool = string.IsNullOrEmpty(tool) ? piece.Tool : tool;
    }

    public void AddArguments(int at, string json) => At(at, PieceKind.Call).Text.Append(json);

    /// <summary>All of it, in order; empty parts are left out.</summary>
    public IReadOnlyList<Part> Parts() => [.. pieces.Select(p => p.Value.Part(p.Key)).OfType<Part>()];

    private Piece At(int at, PieceKind kind)
    {
        if (!pieces.TryGetValue(at, out var piece))
        {
            piece = pieces[at] = new Piece(kind);
        }

        return piece;
    }

    private enum PieceKind
    {
        Text,
        Thought,
        Hidden,
        Call,
    }

    private sealed class Piece(PieceKind kind)
    {
        public PieceKind Kind => kind;

        public StringBuilder Text { get; } = new();

        public string? Signature { get; set; }

        public string? Id { get; set; }

        public string? Tool { get; set; }

        public Part? Part(int at) =>
            kind switch
            {
                PieceKind.Text when Text.Length > 0 => new TextPart(Text.ToString()),
                PieceKind.Thought when Text.Length > 0 || Signature is not null => new ThoughtPart(Text.ToString(), Signature),
                PieceKind.Hidden => new ThoughtPart(Text.ToString(), null, Redacted: true),
                PieceKind.Call when Tool is not null => new CallPart(
                    Id ?? $"call_{at}_{Guid.NewGuid():N}"[..32],
                    Tool,
                    Text.Length == 0 ? "{}" : Text.ToString()
                ),
                _ => null,
            };
    }
}

/// <summary>Why a model stopped.</summary>
internal enum ModelStop
{
    /// <summary>It did not: the answer has no end.</summary>
    Broken,
    End,
    Tools,
    Length,
    Refused,
    ContextFull,
}
