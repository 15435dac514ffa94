using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Creel.Core.Provisioning.Templates;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>What a gateway's answers say of agents and their files, whatever shape they have.</summary>
public static class RosterReading
{
    /// <summary>Bytes that JSON may take for one of UTF-8, as <c>\u0061</c>.</summary>
    private const int LongestEscape = 6;

    private static readonly string[] DefaultKeys = ["defaultId", "default_id", "defaultAgentId", "default_agent_id"];
    private static readonly string[] ListKeys = ["agents", "items", "list", "data"];
    private static readonly string[] IdKeys = ["id", "agentId", "agent_id"];

    /// <param name="answer">Of <c>agents.list</c>.</param>
    /// <returns>Null where it names none.</returns>
    public static string? DefaultAgent(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object
            ? DefaultKeys.Select(k => Trimmed(Payloads.Member(answer, k))).FirstOrDefault(id => id is not null)
                ?? ListKeys.Select(k => First(Payloads.Member(answer, k))).FirstOrDefault(id => id is not null)
            : First(answer);

    /// <param name="answer">Of <c>agents.list</c>.</param>
    /// <exception cref="CreelException">It names more than are taken.</exception>
    public static IReadOnlySet<string> Ids(JsonElement answer)
    {
        var agents = answer.ValueKind == JsonValueKind.Object ? Payloads.Member(answer, "agents") : answer;
        GatewayBounds.CheckAgents(Payloads.Count(agents));
        return Items(agents).Select(Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
    }

    /// <param name="answer">Of <c>agents.files.list</c>.</param>
    /// <param name="bare">Names that lead elsewhere are left out: whatever a gateway says, they are no files of an agent.</param>
    /// <exception cref="CreelException">It lists more than are taken.</exception>
    public static IReadOnlyDictionary<string, GatewayFile> Files(JsonElement answer, bool bare = true)
    {
        var files = new Dictionary<string, GatewayFile>(StringComparer.Ordinal);
        var listed = Payloads.Member(answer, "files");
        GatewayBounds.CheckFiles(Payloads.Count(listed));
        foreach (var item in Items(listed))
        {
            if (Payloads.Text(item, "name") is { Length: > 0 } name && (!bare || FileRules.IsPlainName(name)))
            {
                var missing = Payloads.Flag(item, "missing");
                files[name] = new GatewayFile(name, missing, Long(item, "size"), Long(item, "updatedAtMs"));
            }
        }

        return files;
    }

    /// <param name="answer">Of <c>agents.files.get</c>: the text itself, or in <c>content</c>, or in <c>file.content</c>.</param>
    /// <param name="agent">Its id at the gateway, and the file's name: for who is told that it is too large.</param>
    /// <returns>Null: it is missing.</returns>
    /// <exception cref="CreelException"><c>gateway-file-size</c>: it is larger than is taken.</exception>
    public static string? FileText(JsonElement answer, string agent, string name)
    {
        var file = Payloads.Member(answer, "file") is { ValueKind: JsonValueKind.Object } one ? one : answer;
        var said =
            answer.ValueKind == JsonValueKind.String ? answer
            : Payloads.Flag(file, "missing") ? default
            : Payloads.Member(file, "content");
        if (said.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        // What is far too long is not even made a text.
        return
            JsonMarshal.GetRawUtf8Value(said).Length <= LongestEscape * GatewayBounds.FileBytes
            && said.GetString()! is var text
            && Encoding.UTF8.GetByteCount(text) <= GatewayBounds.FileBytes
            ? text
            : throw GatewayBounds.FileTooLarge(agent, name);
    }

    /// <summary>An agent's id: a text, or an object with one.</summary>
    public static string? Id(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
            ? IdKeys.Select(k => Trimmed(Payloads.Member(item, k))).FirstOrDefault(id => id is not null)
            : Trimmed(item);

    private static string? First(JsonElement items) => Items(items).Select(Id).FirstOrDefault(id => id is not null);

    private static long? Long(JsonElement item, string name) =>
        Payloads.Member(item, name) is { ValueKind: JsonValueKind.Number } said && said.TryGetInt64(out var number)
            ? number
            : null;

    private static IEnumerable<JsonElement> Items(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    private static string? Trimmed(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && PythonSpace.Strip(value.GetString()!) is { Length: > 0 } text ? text : null;
}
