using System.Text.Json;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Routing;

namespace Creel.Adapters.OpenClaw;

/// <summary>Who was let in by a code, as an OpenClaw keeps it: <c>credentials/&lt;channel&gt;[-&lt;account&gt;]-allowFrom.json</c>.</summary>
public static class OldCredentials
{
    private const string End = "-allowFrom.json";
    private const int Longest = 1024 * 1024;

    /// <param name="state">Its state folder.</param>
    /// <exception cref="CreelException">The folder can't be read.</exception>
    public static IReadOnlyList<PairedSender> Paired(string state, IReadOnlyList<IChannelKind> kinds)
    {
        using var tree = CellTree.Open(state, "credentials");
        if (tree is null)
        {
            return [];
        }

        var found = new List<PairedSender>();
        foreach (var name in Directory.EnumerateFiles(Path.Combine(state, "credentials"), $"*{End}").Select(Path.GetFileName))
        {
            var bare = name![..^End.Length];
            if (
                kinds.FirstOrDefault(k => bare == k.Channel || bare.StartsWith($"{k.Channel}-", StringComparison.Ordinal)) is
                { } kind
            )
            {
                var account = bare.Length > kind.Channel.Length ? bare[(kind.Channel.Length + 1)..] : RoutingText.DefaultAccount;
                found.AddRange(
                    Ids(tree, name)
                        .Select(id => kind.SenderId(id, out var sender) ? sender : null)
                        .OfType<string>()
                        .Select(sender => new PairedSender(ChannelAccount.Of(kind.Channel, account), sender))
                );
            }
        }

        return [.. found.Distinct()];
    }

    private static IEnumerable<string> Ids(CellTree tree, string name) =>
        List(tree, name, "allowFrom")
            .Where(e => e.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            .Select(e => e.ToString())
            .Where(id => id != "*");

    /// <summary>What a file of its folder of credentials lists under a name; nothing where that can't be read.</summary>
    internal static IReadOnlyList<JsonElement> List(string state, string name, string list)
    {
        using var tree = CellTree.Open(state, "credentials");
        return tree is null ? [] : List(tree, name, list);
    }

    private static IReadOnlyList<JsonElement> List(CellTree tree, string name, string list)
    {
        try
        {
            using var file = tree.Read(name);
            if (file is null || RandomAccess.GetLength(file) is > Longest or 0)
            {
                return [];
            }

            var content = new byte[RandomAccess.GetLength(file)];
            var read = RandomAccess.Read(file, content, 0);
            using var json = JsonDocument.Parse(content.AsMemory(0, read));
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(list, out var all)
                && all.ValueKind == JsonValueKind.Array
                ? [.. all.EnumerateArray().Select(e => e.Clone())]
                : [];
        }
        catch (Exception e) when (e is JsonException or CreelException { Fault.Kind: FaultKind.Refused })
        {
            return [];
        }
    }
}
