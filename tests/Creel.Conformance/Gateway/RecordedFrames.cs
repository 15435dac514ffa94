using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Sessions;
using Creel.Tests.Gateway.Protocol.World;

namespace Creel.Conformance.Gateway;

/// <summary>
/// What clients said to real gateways is said to ours, and it answers in the same shapes: same keys, same types, and the same
/// values where they are no matter of time or place. What differs is listed in <see cref="KnownDifferences"/>, with its reason.
/// </summary>
public class RecordedFrames
{
    [RecordedFact("gateway")]
    public Task Frames_of_2026_2_26() => ReplayAsync("2026.2.26", 3);

    [RecordedFact("gateway")]
    public Task Frames_of_2026_9_6() => ReplayAsync("2026.9.6", 4);

    private static async Task ReplayAsync(string version, int protocol)
    {
        var found = new List<FrameDifference>();
        foreach (var session in Sessions(version))
        {
            await ReplayAsync(session, protocol, found);
        }

        var known = KnownDifferences.Of(version);
        var news = found.Where(f => !known.Any(k => k.Covers(f))).Select(f => f.ToString()).Distinct().ToList();
        news.ShouldBeEmpty(string.Join('\n', news));
        var stale = known.Where(k => !found.Any(k.Covers)).Select(k => k.ToString()).ToList();
        stale.ShouldBeEmpty($"listed, and no difference any more:\n{string.Join('\n', stale)}");
    }

    private static async Task ReplayAsync(IReadOnlyList<JsonElement> frames, int protocol, List<FrameDifference> found)
    {
        await using var world = await GatewayWorld.StartAsync(agents: ["main"]);
        await using var peer = await GatewayPeer.OpenAsync(world);
        await peer.NonceAsync();
        var hash = "";
        foreach (var request in frames.Where(f => Text(f, "type") == "req"))
        {
            var id = Text(request, "id");
            var method = Text(request, "method");
            var recorded = frames.FirstOrDefault(f => Text(f, "type") == "res" && Text(f, "id") == id);
            if (recorded.ValueKind == JsonValueKind.Undefined)
            {
                continue;
            }

            var parameters = JsonNode.Parse(request.GetProperty("params").GetRawText())!.AsObject();
            if (Text(request.GetProperty("params"), "raw").Contains('…'))
            {
                // The recording has only its beginning.
                parameters["raw"] = """{"session":{"mainKey":"main"}}""";
            }

            if (method == "connect")
            {
                parameters["auth"] = new JsonObject { ["token"] = GatewayWorld.Token };
            }

            if (parameters["baseHash"] is { } known && known.GetValue<string>() != "bad")
            {
                parameters["baseHash"] = hash;
            }

            var answer = await peer.CallAsync(method, parameters);
            if (method == "config.get")
            {
                hash = Text(answer.GetProperty("payload"), "hash");
            }

            found.AddRange(FrameDifference.Between(method, recorded, answer));
            if (method == "agent" && answer.GetProperty("ok").GetBoolean())
            {
                await CheckEndAsync(world, peer, frames, request, found);
            }
        }
    }

    /// <summary>A run that failed is told three times: to all as the agent's and the chat's event, and to who asked as a second answer.</summary>
    private static async Task CheckEndAsync(
        GatewayWorld world,
        GatewayPeer peer,
        IReadOnlyList<JsonElement> frames,
        JsonElement request,
        List<FrameDifference> found
    )
    {
        var run = Text(request.GetProperty("params"), "idempotencyKey");
        world.Turns.End(run, TurnState.Error, null, "the model has no key");
        var id = Text(request, "id");
        var last = frames.LastOrDefault(f => Text(f, "type") == "res" && Text(f, "id") == id);
        // Ours counts calls in the same way.
        found.AddRange(FrameDifference.Between("agent (end)", last, await peer.AnswerAsync(id)));
        foreach (var name in new[] { "agent", "chat" })
        {
            var recorded = frames.FirstOrDefault(f => Text(f, "event") == name && Text(f.GetProperty("payload"), "runId") == run);
            if (recorded.ValueKind == JsonValueKind.Object)
            {
                JsonElement ours;
                lock (peer.Events)
                {
                    ours = peer.Events.Last(f => Text(f, "event") == name && Text(f.GetProperty("payload"), "runId") == run);
                }

                found.AddRange(FrameDifference.Between($"event {name}", recorded, ours));
            }
        }
    }

    /// <summary>A recording holds several connections, one after the other.</summary>
    private static IEnumerable<IReadOnlyList<JsonElement>> Sessions(string version)
    {
        var session = new List<JsonElement>();
        foreach (var line in File.ReadLines(Path.Combine(RecordedFactAttribute.Folder("gateway"), $"frames-{version}.jsonl")))
        {
            var frame = JsonElement.Parse(line);
            if (Text(frame, "event") == "connect.challenge" && session.Count > 0)
            {
                yield return session;
                session = [];
            }

            session.Add(frame);
        }

        yield return session;
    }

    private static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.String
            ? found.GetString()!
            : "";
}
