using Creel.Core.Habitats.Json5;
using Creel.Core.Isolation;

namespace Creel.Core.Habitats;

/// <summary>
/// The words for levels and networks. An unknown one is never taken for a weaker one, unless that was asked for.
/// </summary>
internal static class Words
{
    private static readonly string[] Levels = [.. Enum.GetNames<IsolationLevel>().Select(n => n.ToLowerInvariant())];
    private static readonly string[] Networks = [.. Enum.GetNames<NetworkMode>().Select(n => n.ToLowerInvariant())];

    public static IsolationLevel? Level(Json5Node? node, Findings findings) =>
        Read<IsolationLevel>(node, "isolation level", Levels, ("droplet", "vm"), IsolationLevel.None, findings);

    /// <summary><c>isolated</c> is an older word for <c>internal</c>.</summary>
    public static NetworkMode? Network(Json5Node? node, Findings findings) =>
        node is Json5String { Value: "isolated" }
            ? NetworkMode.Internal
            : Read<NetworkMode>(node, "network", Networks, ("egress", "proxy"), NetworkMode.Host, findings);

    private static T? Read<T>(
        Json5Node? node,
        string what,
        string[] words,
        (string Old, string New) renamed,
        T verdict,
        Findings findings
    )
        where T : struct, Enum
    {
        if (node is null)
        {
            return null;
        }

        if (node is not Json5String text)
        {
            findings.Error(node.At, $"must be a string, one of: {string.Join(", ", words)}; got {node.Kind}");
            return null;
        }

        if (words.Contains(text.Value))
        {
            return Enum.Parse<T>(text.Value, ignoreCase: true);
        }

        var hint = text.Value == renamed.Old ? $"; did you mean '{renamed.New}'?" : Spelling.Hint(text.Value, words);
        var message = $"{Slug.Quote(text.Value)} is no {what}; it is one of: {string.Join(", ", words)}{hint}";
        if (findings.Lenient)
        {
            findings.Warn(node.At, $"{message}; taken as '{verdict.ToString().ToLowerInvariant()}', since --lenient was given");
            return verdict;
        }

        findings.Error(node.At, message);
        return null;
    }
}
