using System.Text;
using System.Text.Json;
using Creel.Runtime.Brains.OpenClaw;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Runtime.OpenClaw;

public class GatewayFrameTests
{
    private static GatewayFrame? Read(string text) => GatewayFrame.Read(Encoding.UTF8.GetBytes(text));

    [RecordedFramesFact]
    public void Every_recorded_frame_of_a_real_gateway_is_understood()
    {
        var frames = RecordedFrames.Received("frames-2026.9.6.jsonl").ToList();
        frames.Count.ShouldBeGreaterThan(80);
        foreach (var text in frames)
        {
            var json = JsonDocument.Parse(text).RootElement;
            var frame = Read(text).ShouldNotBeNull(text[..Math.Min(200, text.Length)]);
            frame.Event.ShouldBe(GatewayFrame.Text(json, "event"));
            frame.Id.ShouldBe(GatewayFrame.Text(json, "id"));
            frame.Ok.ShouldBe(frame.Event is not null || json.GetProperty("ok").GetBoolean());
            (frame.Error is null).ShouldBe(frame.Ok);
        }
    }

    [RecordedFramesFact]
    public void What_we_ask_has_the_shape_that_a_real_gateway_took()
    {
        var sent = RecordedFrames.Sent("frames-2026.9.6.jsonl").Select(t => JsonDocument.Parse(t).RootElement).ToList();
        Same(sent.First(f => f.GetProperty("method").GetString() == "connect"), GatewayCalls.Connect("secret"));
        Same(
            sent.First(f => f.GetProperty("method").GetString() == "agent"),
            GatewayCalls.Turn("a", "agent:a:main", "hi", "r", 9)
        );

        static void Same(JsonElement recorded, byte[] ours)
        {
            var json = JsonDocument.Parse(ours).RootElement;
            json.GetProperty("type").GetString().ShouldBe("req");
            json.GetProperty("method").GetString().ShouldBe(recorded.GetProperty("method").GetString());
            var names = json.GetProperty("params").EnumerateObject().Select(p => p.Name).ToList();
            recorded.GetProperty("params").EnumerateObject().Select(p => p.Name).ShouldBeSubsetOf(names);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"type":"res"}""")]
    [InlineData("""{"type":"event"}""")]
    [InlineData("""{"type":"event","event":7}""")]
    [InlineData("""{"type":"res","id":"\ud800"}""")]
    [InlineData("""{"type":"req","id":"1","method":"x"}""")]
    public void What_is_no_message_for_us_is_none(string text) => Read(text).ShouldBeNull();

    [Fact]
    public void A_refusal_says_why_in_the_gateways_words_but_not_in_a_flood_of_them()
    {
        Read("""{"type":"res","id":"1","ok":false,"error":{"code":"X","message":"no"}}""")!.Error.ShouldBe("no");
        Read("""{"type":"res","id":"1","ok":false}""")!.Error.ShouldBe("no reason given");
        Read($$$"""{"type":"res","id":"1","ok":false,"error":{"message":"{{{new string('x', 5000)}}}"}}""")!
            .Error!.Length.ShouldBeLessThan(600);
    }

    [Fact]
    public void No_bytes_make_it_throw() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                GatewayFrame.Read(bytes);
                return true;
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void No_damage_to_a_good_frame_makes_it_or_its_readers_throw() =>
        Prop.ForAll<int, byte>(
                (place, value) =>
                {
                    var bytes = Encoding.UTF8.GetBytes(GatewayScript.Final("turn", "hello \\ud83d\\ude00"));
                    bytes[(int)((uint)place % bytes.Length)] = value;
                    if (GatewayFrame.Read(bytes) is { } frame)
                    {
                        GatewayAnswer.Read(frame.Payload).Write("agent:a:main").Length.ShouldBeGreaterThan(0);
                    }

                    return true;
                }
            )
            .QuickCheckThrowOnFailure();
}
