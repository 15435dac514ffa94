using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Patching;

/// <summary>Secrets as they are told to others: not at all, and found again where somebody sends that back.</summary>
public static class Redaction
{
    /// <summary>OpenClaw's own word, which its clients know.</summary>
    public const string Mark = "__OPENCLAW_REDACTED__";

    /// <summary>References to variables stay: they are no secrets.</summary>
    public static Json5Node Hide(Json5Node node) => Masked.Hide(node, Mark);

    /// <summary>The text of a file without the secrets that stand in it.</summary>
    /// <param name="root">What the text says.</param>
    public static string HideIn(string text, Json5Node root)
    {
        var secrets = new HashSet<string>(StringComparer.Ordinal);
        Gather(root, Hide(root), secrets);
        return secrets
            .OrderByDescending(s => s.Length)
            .Aggregate(text, (now, secret) => now.Replace(secret, Mark, StringComparison.Ordinal));
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
            case Json5String { Value: Mark }:
                if (known is Json5String or Json5Number)
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

    private static void Gather(Json5Node shown, Json5Node hidden, HashSet<string> secrets)
    {
        switch (shown, hidden)
        {
            case (Json5String text, Json5String { Value: Mark }):
                secrets.Add(text.Value);
                break;
            case (Json5Number number, Json5String { Value: Mark }):
                secrets.Add(number.Text);
                break;
            case (Json5Object one, Json5Object two):
                foreach (var (a, b) in one.Members.Zip(two.Members))
                {
                    Gather(a.Value, b.Value, secrets);
                }

                break;
            case (Json5Array one, Json5Array two):
                foreach (var (a, b) in one.Items.Zip(two.Items))
                {
                    Gather(a, b, secrets);
                }

                break;
        }
    }
}
