using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Sessions;
using Creel.Tests.Gateway.Protocol.World;

namespace Creel.Tests.Gateway.Protocol;

/// <summary>An answer as it grows, told to clients.</summary>
public class TurnFeedTests
{
    private readonly StillTime time = new();

    [Fact]
    public async Task An_answer_that_grows_is_told_whole_no_more_often_than_in_its_pace_and_piece_by_piece_at_once()
    {
        await using var world = await GatewayWorld.StartAsync(time: time);
        await using var peer = await BeginAsync(world);
        foreach (var text in (string[])["a", "ab", "abc"])
        {
            world.Turns.Say("k1", text);
        }

        time.Pass(TimeSpan.FromMilliseconds(149));
        world.Turns.Say("k1", "abcd");
        time.Pass(TimeSpan.FromMilliseconds(1));
        world.Turns.Say("k1", "abcde");
        world.Turns.End("k1", TurnState.Ok, "abcdef");
        await EndAsync(peer);

        Chats(peer).ShouldBe(["delta a", "delta abcde", "final abcdef"]);
        Pieces(peer).Count.ShouldBe(5);
    }

    [Fact]
    public async Task An_answer_is_repeated_with_each_piece_only_while_it_is_short_and_where_it_is_another_one()
    {
        await using var world = await GatewayWorld.StartAsync(time: time);
        await using var peer = await BeginAsync(world);
        world.Turns.Say("k1", new string('a', 32 * 1024), "a");
        world.Turns.Say("k1", new string('a', 32 * 1024 + 1), "a");
        world.Turns.Say("k1", new string('b', 32 * 1024 + 1), "");
        world.Turns.End("k1", TurnState.Ok, "b");
        await EndAsync(peer);

        Pieces(peer).Select(p => p.TryGetProperty("text", out _)).ShouldBe([true, false, true]);
    }

    private static async Task<GatewayPeer> BeginAsync(GatewayWorld world)
    {
        var peer = await GatewayPeer.InAsync(world);
        await peer.CallAsync(
            "agent",
            new JsonObject
            {
                ["message"] = "hi",
                ["agentId"] = "smith",
                ["idempotencyKey"] = "k1",
            }
        );
        return peer;
    }

    private static async Task EndAsync(GatewayPeer peer)
    {
        while ((await peer.EventAsync("chat")).GetProperty("state").GetString() != "final") { }
    }

    private static List<string> Chats(GatewayPeer peer) =>
        [
            .. Payloads(peer, "chat")
                .Select(p =>
                    $"{p.GetProperty("state")} {p.GetProperty("message").GetProperty("content")[0].GetProperty("text")}"
                ),
        ];

    private static List<JsonElement> Pieces(GatewayPeer peer) =>
        [
            .. Payloads(peer, "agent")
                .Where(p => p.GetProperty("stream").GetString() == "assistant")
                .Select(p => p.GetProperty("data")),
        ];

    private static List<JsonElement> Payloads(GatewayPeer peer, string name)
    {
        lock (peer.Events)
        {
            return [.. peer.Events.Where(e => e.GetProperty("event").GetString() == name).Select(e => e.GetProperty("payload"))];
        }
    }

    /// <summary>Moves only where the test says so.</summary>
    private sealed class StillTime : TimeProvider
    {
        private long now = TimeSpan.TicksPerHour;

        public void Pass(TimeSpan time) => Interlocked.Add(ref now, time.Ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref now);
    }
}
