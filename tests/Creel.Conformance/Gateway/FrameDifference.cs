using System.Text.Json;

namespace Creel.Conformance.Gateway;

/// <summary>One thing in which an answer of ours is not as the recorded one.</summary>
/// <param name="Path">In the frame: <c>payload.agents[].name</c>.</param>
internal sealed record FrameDifference(string Method, string Path, string What)
{
    /// <summary>Values that are no matter of time or place.</summary>
    private static readonly HashSet<string> Same =
    [
        "type",
        "ok",
        "code",
        "message",
        "protocol",
        "defaultId",
        "mainKey",
        "scope",
        "id",
        "agentId",
        "name",
        "key",
        "kind",
        "label",
        "displayName",
        "status",
        "runId",
        "missing",
        "content",
        "size",
        "deleted",
        "removedBindings",
        "state",
        "stream",
        "thinkingLevel",
        "maxPayload",
        "maxBufferedBytes",
        "tickIntervalMs",
        "defaultAgentId",
        "mainSessionKey",
        "authMode",
        "sessionKey",
        "providerOverride",
        "modelOverride",
        "phase",
        "noop",
    ];

    public override string ToString() => $"{Method}: {Path}: {What}";

    public static IReadOnlyList<FrameDifference> Between(string method, JsonElement recorded, JsonElement ours)
    {
        var found = new List<FrameDifference>();
        Compare(method, "", recorded, ours, found);
        return found;
    }

    private static void Compare(string method, string path, JsonElement recorded, JsonElement ours, List<FrameDifference> found)
    {
        if (Kind(recorded) != Kind(ours))
        {
            found.Add(new FrameDifference(method, path, $"was {Kind(recorded)}, is {Kind(ours)}"));
            return;
        }

        switch (recorded.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (
                    var field in recorded.EnumerateObject().Where(f => path.Length > 0 || f.Name is not ("d" or "id" or "seq"))
                )
                {
                    var next = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
                    if (ours.TryGetProperty(field.Name, out var other))
                    {
                        Compare(method, next, field.Value, other, found);
                    }
                    else
                    {
                        found.Add(new FrameDifference(method, next, "is missing"));
                    }
                }

                found.AddRange(
                    ours.EnumerateObject()
                        .Where(f => !recorded.TryGetProperty(f.Name, out _))
                        .Select(f => new FrameDifference(method, path.Length == 0 ? f.Name : $"{path}.{f.Name}", "is more"))
                );
                break;

            case JsonValueKind.Array:
                foreach (var (one, other) in Pairs(recorded, ours))
                {
                    Compare(method, $"{path}[]", one, other, found);
                }

                break;

            case JsonValueKind.String
            or JsonValueKind.Number
            or JsonValueKind.True
            or JsonValueKind.False when Same.Contains(path.Split('.')[^1]) && !recorded.ToString().Contains('…'):
                if (recorded.ToString() != ours.ToString())
                {
                    found.Add(new FrameDifference(method, path, $"was '{recorded}', is '{ours}'"));
                }

                break;
        }
    }

    /// <summary>What has a name is compared with what has the same; all else by its place.</summary>
    private static IEnumerable<(JsonElement, JsonElement)> Pairs(JsonElement recorded, JsonElement ours)
    {
        foreach (var (one, index) in recorded.EnumerateArray().Select((one, index) => (one, index)))
        {
            var name = new[] { "agentId", "id", "key", "name" }.FirstOrDefault(n =>
                one.ValueKind == JsonValueKind.Object && one.TryGetProperty(n, out var v) && v.ValueKind == JsonValueKind.String
            );
            var other = name is null
                ? ours.EnumerateArray().ElementAtOrDefault(index)
                : ours.EnumerateArray()
                    .FirstOrDefault(o => o.TryGetProperty(name, out var v) && v.ToString() == one.GetProperty(name).ToString());
            if (other.ValueKind != JsonValueKind.Undefined)
            {
                yield return (one, other);
            }
        }
    }

    private static string Kind(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : value.ValueKind.ToString();
}
