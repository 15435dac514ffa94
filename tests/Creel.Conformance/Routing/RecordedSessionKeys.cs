using System.Text.Json;
using Creel.Core.Routing;

namespace Creel.Conformance.Routing;

/// <summary>What OpenClaw's own functions make of ids and session keys.</summary>
public sealed class RecordedSessionKeys
{
    [RecordedFact("routing")]
    public void Every_recorded_answer_is_ours()
    {
        var text = File.ReadAllText(Path.Combine(RecordedFactAttribute.Folder("routing"), "session-keys.json"));
        var cases = JsonDocument.Parse(text).RootElement.GetProperty("cases").EnumerateArray().ToList();
        foreach (var one in cases)
        {
            var function = one.GetProperty("fn").GetString()!;
            var argument = one.GetProperty("args")[0];
            var expected = one.GetProperty("expected");
            Shown(Answer(function, argument)).ShouldBe(Shown(expected), $"{function} {argument}");
        }

        cases.Count.ShouldBe(74);
    }

    private static object? Answer(string function, JsonElement argument)
    {
        var text = argument.ValueKind == JsonValueKind.String ? argument.GetString() : null;
        return function switch
        {
            "normalizeAgentId" => RoutingText.Agent(text),
            "normalizeAccountId" => RoutingText.Account(text),
            "normalizeMainKey" => RoutingText.Main(text),
            "parseAgentSessionKey" => SessionKeyText.Parse(text) is { } parsed
                ? new { agentId = parsed.Agent, rest = parsed.Rest }
                : null,
            "classifySessionKeyShape" => SessionKeyText.Shape(text) switch
            {
                SessionKeyShape.Missing => "missing",
                SessionKeyShape.Agent => "agent",
                SessionKeyShape.MalformedAgent => "malformed_agent",
                _ => "legacy_or_alias",
            },
            "resolveThreadParentSessionKey" => SessionKeyText.ParentOf(text),
            "isSubagentSessionKey" => SessionKeyText.IsSubagent(text),
            "getSubagentDepth" => SessionKeyText.SubagentDepth(text),
            "isCronSessionKey" => SessionKeyText.IsCron(text),
            "resolveThreadSessionKeys" => Threaded(argument),
            "buildGroupHistoryKey" => SessionKeys.History(
                new MessageSource(Field(argument, "channel"), Field(argument, "accountId"))
                {
                    Peer = Peer.Of(Field(argument, "peerKind")!, Field(argument, "peerId")!),
                }
            ),
            _ => throw new InvalidOperationException(function),
        };
    }

    /// <summary>A channel whose threads are peers of their own asks for no suffix: there the base key is the thread's.</summary>
    private static object Threaded(JsonElement argument)
    {
        var suffix = !argument.TryGetProperty("useSuffix", out var use) || use.GetBoolean();
        var key = Field(argument, "baseSessionKey")!;
        var threaded = suffix ? SessionKeys.Thread(key, Field(argument, "threadId")) : key;
        return Field(argument, "parentSessionKey") is { } parent
            ? new { sessionKey = threaded, parentSessionKey = parent }
            : new { sessionKey = threaded };
    }

    private static string? Field(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Shown(object? value) => JsonSerializer.Serialize(value);
}
