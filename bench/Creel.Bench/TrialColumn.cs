using System.Text.Json;

namespace Creel.Bench;

/// <summary>One kind of cell, and what became of each attempt in it.</summary>
internal sealed record TrialColumn(string Title)
{
    public List<TrialRow> Rows { get; } = [];

    public int Failed => Rows.Count(r => r.Fails);

    public TrialRow? Find(string id) => Rows.FirstOrDefault(r => r.Id == id);
}

/// <summary>One attempt in one cell.</summary>
internal sealed record TrialRow(string Id, string Family, string What, bool Claimed, bool? Held, bool Fails)
{
    public static TrialRow From(JsonElement view) =>
        new(
            view.GetProperty("id").GetString()!,
            view.GetProperty("family").GetString()!,
            view.GetProperty("what").GetString()!,
            view.GetProperty("claimed").GetBoolean(),
            view.TryGetProperty("held", out var held) && held.ValueKind != JsonValueKind.Null ? held.GetBoolean() : null,
            view.GetProperty("fails").GetBoolean()
        );
}
