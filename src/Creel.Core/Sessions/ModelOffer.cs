namespace Creel.Core.Sessions;

/// <summary>Which model an agent thinks with, and which ones a conversation with it may be given instead.</summary>
/// <param name="Own">Null: none was named.</param>
/// <param name="Others">Those that are tried after it.</param>
/// <param name="Allowed"><c>upstream/model</c>, or <c>upstream/*</c>; its own and the others are allowed besides.</param>
public sealed record ModelOffer(string? Own, IReadOnlyList<string> Others, IReadOnlyList<string> Allowed)
{
    public static ModelOffer None { get; } = new(null, [], []);

    private const int Longest = 200;

    /// <summary>All that there are, for people: none twice.</summary>
    public IReadOnlyList<string> All => [.. new[] { Own }.OfType<string>().Concat(Others).Concat(Allowed).Distinct()];

    /// <param name="written"><c>upstream/model</c>, or a model's name alone where only one upstream has it here.</param>
    /// <returns>The whole name; null: it is not allowed.</returns>
    public string? Find(string written)
    {
        if (written.Length is 0 or > Longest || written.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '*'))
        {
            return null;
        }

        if (All.FirstOrDefault(m => m.Equals(written, StringComparison.OrdinalIgnoreCase)) is { } same)
        {
            return same;
        }

        var named = All.Where(m => m.EndsWith($"/{written}", StringComparison.OrdinalIgnoreCase)).ToList();
        return named.Count == 1 ? named[0]
            : Allowed.Any(pattern => Covers(pattern, written)) ? written
            : null;
    }

    private static bool Covers(string pattern, string model) =>
        pattern.EndsWith("/*", StringComparison.Ordinal)
        && model.Length >= pattern.Length
        && model.StartsWith(pattern[..^1], StringComparison.Ordinal);
}
