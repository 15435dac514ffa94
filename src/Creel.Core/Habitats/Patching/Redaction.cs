using Creel.Core.Habitats.Json5;
using Creel.Core.Policy;

namespace Creel.Core.Habitats.Patching;

/// <summary>Secrets as they are told to others: not at all, and found again where somebody sends that back.</summary>
public static class Redaction
{
    /// <summary>OpenClaw's own word, which its clients know.</summary>
    public const string Mark = "__OPENCLAW_REDACTED__";

    /// <summary>References to variables stay: they are no secrets.</summary>
    public static Json5Node Hide(Json5Node node) => Masked.Hide(node, Mark);

    /// <summary>
    /// The same of one whose variables were replaced: those that hold secrets, and those of the configuration itself, show as they were written.
    /// </summary>
    /// <param name="resolved">Of the same shape as <paramref name="written"/>.</param>
    public static Json5Node Hide(Json5Node resolved, Json5Object written)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        Names(written.Find("env")?.Value, own);
        return Hide(Unread(resolved, written, own));
    }

    /// <summary>Puts back what was hidden, from what was there.</summary>
    /// <param name="unknown">The path of a mark that stands for nothing; null: there is none.</param>
    public static Json5Node Restore(Json5Node sent, Json5Node? known, out string? unknown)
    {
        unknown = null;
        return Found(sent, known, ref unknown);
    }

    private static Json5Node Found(Json5Node sent, Json5Node? known, ref string? unknown)
    {
        switch (sent)
        {
            case Json5String text when text.Value.Contains(Mark, StringComparison.Ordinal):
                if (
                    (text.Value == Mark && known is Json5String or Json5Number)
                    || (known is Json5String was && SecretMask.InValue(was.Value, Mark) == text.Value)
                )
                {
                    return known;
                }

                unknown ??= sent.At.Dotted;
                return sent;
            case Json5Object map:
                var members = new List<Json5Member>(map.Members.Count);
                foreach (var member in map.Members)
                {
                    members.Add(
                        member with
                        {
                            Value = Found(member.Value, (known as Json5Object)?.Find(member.Key)?.Value, ref unknown),
                        }
                    );
                }

                return map with
                {
                    Members = members,
                };
            case Json5Array list:
                var items = new List<Json5Node>(list.Items.Count);
                foreach (var item in list.Items)
                {
                    var beside = known is Json5Array old ? TreeWalk.Beside(old, item, items.Count) : null;
                    items.Add(Found(item, beside, ref unknown));
                }

                return list with
                {
                    Items = items,
                };
            default:
                return sent;
        }
    }

    private static void Names(Json5Node? env, HashSet<string> names)
    {
        foreach (var member in (env as Json5Object)?.Members ?? [])
        {
            names.Add(member.Key);
            Names(member.Value, names);
        }
    }

    private static Json5Node Unread(Json5Node resolved, Json5Node written, HashSet<string> own) =>
        (resolved, written) switch
        {
            (Json5Object one, Json5Object two) when one.Members.Count == two.Members.Count => one with
            {
                Members = [.. one.Members.Zip(two.Members, (r, w) => r with { Value = Unread(r.Value, w.Value, own) })],
            },
            (Json5Array one, Json5Array two) when one.Items.Count == two.Items.Count => one with
            {
                Items = [.. one.Items.Zip(two.Items, (r, w) => Unread(r, w, own))],
            },
            (Json5String, Json5String text) when Variable(text.Value, own) => written,
            _ => resolved,
        };

    private static bool Variable(string text, HashSet<string> own)
    {
        for (
            var at = text.IndexOf("${", StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf("${", at + 2, StringComparison.Ordinal)
        )
        {
            var end = text.IndexOf('}', at);
            if (end > 0 && text[(at + 2)..end] is var name && (own.Contains(name) || Masked.IsSecret(name)))
            {
                return true;
            }
        }

        return false;
    }
}
