namespace Creel.Core.Tools;

/// <summary>
/// Which line of a <c>toolsBySender</c> is somebody's: by channel and id, by id, by number, by username, by name, else that of everybody.
/// </summary>
public static class SenderRules
{
    public const string Everybody = "*";

    private static readonly string[] Kinds = ["channel", "id", "e164", "username", "name"];

    /// <returns>Null: no line says anything of him.</returns>
    public static SenderRule? Of(IReadOnlyList<SenderRule> rules, Speaker who)
    {
        if (rules.Count == 0)
        {
            return null;
        }

        var id = Plain(who.Id);
        var channel = Plain(who.Channel);
        return (id is not null && channel is not null ? First("channel", $"{channel}:{id}", $"{channel}:{Bare(id)}") : null)
            ?? First("id", id, Bare(id))
            ?? First("e164", Number(who.Id))
            ?? First("username", Bare(Plain(who.Username)))
            ?? First("name", Plain(who.Name))
            ?? rules.LastOrDefault(r => r.Key.Trim() == Everybody);

        SenderRule? First(string kind, params string?[] values) =>
            values
                .OfType<string>()
                .Select(value => rules.FirstOrDefault(r => Parse(r.Key) is { } key && key.Kind == kind && key.Value == value))
                .FirstOrDefault(found => found is not null);
    }

    /// <returns>False: no kind stands before it, so it is taken as an id.</returns>
    public static bool IsTyped(string key) => key.Trim() == Everybody || Typed(key.Trim()) is not null;

    private static (string Kind, string Value)? Parse(string written)
    {
        var key = written.Trim();
        if (key.Length == 0 || key == Everybody)
        {
            return null;
        }

        if (Typed(key) is not { } kind)
        {
            return ("id", Bare(Plain(key))!);
        }

        var value = Plain(key[(kind.Length + 1)..]);
        return value is null ? null : (kind, kind == "username" ? Bare(value)! : value);
    }

    private static string? Typed(string key) =>
        Kinds.FirstOrDefault(kind => key.StartsWith(kind + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>Where the messenger's own id is a number that one can call.</summary>
    private static string? Number(string? id) => id?.Trim() is ['+', _, ..] number ? Plain(number) : null;

    private static string? Bare(string? text) => text is ['@', .. var rest] ? rest : text;

    private static string? Plain(string? text) => text?.Trim().ToLowerInvariant() is { Length: > 0 } plain ? plain : null;
}
