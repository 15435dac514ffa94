using System.Buffers;
using System.Text;
using Creel.Core.Link;
using Creel.Core.Work;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Link;

public sealed class EnvelopeCodecTests
{
    private const int Inputs = 100_000;
    private const string Whole =
        """{"id":"a","from":"bart","to":"host","type":"response","timestamp":12,"payload":{"taskId":"t","x":[1,"\ud83e\udd9e",null]}}""";

    /// <summary>Random bytes, and whole envelopes with a few bytes changed, cut or doubled: the ways in which real ones go wrong.</summary>
    [Fact]
    public void Whatever_comes_is_an_envelope_or_a_sentence()
    {
        var random = new System.Random(20261121);
        var whole = Encoding.UTF8.GetBytes(Whole);
        for (var i = 0; i < Inputs; i++)
        {
            var bytes = i % 4 == 0 ? Noise(random) : Broken(random, whole);
            var envelope = EnvelopeCodec.Read(bytes, out var problem);
            (envelope is null).ShouldBe(problem is not null);
            if (envelope is not null)
            {
                var output = new ArrayBufferWriter<byte>();
                EnvelopeCodec.Write(output, envelope);
                var again = EnvelopeCodec.Read(output.WrittenMemory, out _);
                again.ShouldNotBeNull();
                (again.From, again.To, again.Type, again.Timestamp).ShouldBe(
                    (envelope.From, envelope.To, envelope.Type, envelope.Timestamp)
                );
            }
        }
    }

    /// <summary>A payload is what a submitter sends: also there nothing but a fault may come.</summary>
    [Fact]
    public void A_task_payload_is_read_or_refused_and_what_is_read_can_be_sent()
    {
        var random = new System.Random(7);
        var whole = """{"type":"exec","taskId":"mine","timeout":5,"retry":true,"command":"x","n":{"a":[1,2]}}"""u8.ToArray();
        for (var i = 0; i < Inputs / 10; i++)
        {
            var bytes = Broken(random, whole);
            try
            {
                TaskPayload.Read(bytes);
            }
            catch (Core.CreelException)
            {
                continue;
            }

            var sent = new ArrayBufferWriter<byte>();
            TaskPayload.WriteFor(sent, default, bytes);
            using var read = System.Text.Json.JsonDocument.Parse(sent.WrittenMemory);
            read.RootElement.EnumerateObject().First().Name.ShouldBe("taskId");
        }
    }

    [Fact]
    public void What_is_written_is_read_again() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(NonEmptyString, NonEmptyString, NonEmptyString, long?)>(),
                p =>
                {
                    var sent = new Envelope("i", Valid(p.Item1), Valid(p.Item2), Valid(p.Item3), p.Item4, "{}"u8.ToArray());
                    var output = new ArrayBufferWriter<byte>();
                    EnvelopeCodec.Write(output, sent);
                    var read = EnvelopeCodec.Read(output.WrittenMemory, out _)!;
                    return (read.From, read.To, read.Type, read.Timestamp) == (sent.From, sent.To, sent.Type, sent.Timestamp);
                }
            )
            .QuickCheckThrowOnFailure();

    /// <summary>A lone surrogate can't be written as UTF-8.</summary>
    private static string Valid(NonEmptyString text) => string.Concat(text.Get.EnumerateRunes());

    private static byte[] Noise(System.Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Broken(System.Random random, byte[] whole)
    {
        var bytes = whole.ToList();
        for (var n = random.Next(4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.Skip(random.Next(bytes.Count)).Take(20).ToArray());
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return [.. bytes];
    }
}
