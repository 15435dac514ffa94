namespace Creel.Core.Channels;

/// <summary>Something beside the text, that the messenger keeps and we name.</summary>
/// <param name="Kind"><c>photo</c>, <c>voice</c>, <c>document</c>, …</param>
/// <param name="Reference">The messenger's own id of it.</param>
/// <param name="Size">Bytes; null: not told.</param>
public sealed record Attachment(string Kind, string Reference, string? Name = null, string? MediaType = null, long? Size = null)
{
    public Attachment Plain() => new(PlainLine.Of(Kind), Reference, PlainLine.OrNull(Name), PlainLine.OrNull(MediaType), Size);

    private const int LongestReference = 256;

    public override string ToString() =>
        $"[{Kind}{(Name is null ? "" : $" {Name}")}{(MediaType is null ? "" : $", {MediaType}")}"
        + $"{(Size is null ? "" : $", {Size} bytes")}, id {PlainLine.Of(Reference, LongestReference)}]";
}
