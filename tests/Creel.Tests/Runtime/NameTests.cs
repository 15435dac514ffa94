using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Creel.Runtime;
using Creel.Runtime.Relay;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Runtime;

public class NameTests
{
    private const ushort A = 1;
    private const ushort Aaaa = 28;

    [Theory]
    [InlineData("api.anthropic.com")]
    [InlineData("API.OpenAI.com")]
    [InlineData("example.org")]
    public void A_name_of_the_outside_has_one_public_address(string name)
    {
        var answer = NameAnswer.To(Question(name, A))!;

        Code(answer).ShouldBe(0);
        Answers(answer).ShouldBe(1);
        answer[^4..].ShouldBe(new byte[] { 160, 79, 104, 10 });
        answer.AsSpan(0, 2).ToArray().ShouldBe(new byte[] { 0x12, 0x34 });
    }

    [Fact]
    public void It_has_no_other_address_and_yet_exists() =>
        (Code(NameAnswer.To(Question("example.org", Aaaa))!), Answers(NameAnswer.To(Question("example.org", Aaaa))!)).ShouldBe(
            (0, 0)
        );

    [Theory]
    [InlineData("localhost")]
    [InlineData("printer")]
    [InlineData("nas.local")]
    [InlineData("metadata.google.internal")]
    [InlineData("x.home.arpa")]
    [InlineData("")]
    public void A_name_of_the_inside_does_not_exist(string name) =>
        (Code(NameAnswer.To(Question(name, A))!), Answers(NameAnswer.To(Question(name, A))!)).ShouldBe((3, 0));

    [Fact]
    public void An_answer_is_not_answered_and_what_is_not_understood_is_told_so()
    {
        var question = Question("example.org", A);
        var answer = (byte[])question.Clone();
        answer[2] |= 0x80;
        NameAnswer.To(answer).ShouldBeNull();

        var update = (byte[])question.Clone();
        update[2] |= 0x28;
        Code(NameAnswer.To(update)!).ShouldBe(4);

        var pointer = (byte[])question.Clone();
        pointer[12] = 0xC0;
        Code(NameAnswer.To(pointer)!).ShouldBe(4);
        Code(NameAnswer.To(question.AsSpan(0, question.Length - 1))!).ShouldBe(4);
        NameAnswer.To(question.AsSpan(0, 11)).ShouldBeNull();
    }

    [Fact]
    public void Whatever_is_asked_an_answer_is_short_and_its_own_or_there_is_none() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<byte[]>(),
                bytes =>
                {
                    byte[] question = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. bytes ?? []];
                    var answer = NameAnswer.To(question);
                    answer.ShouldNotBeNull();
                    answer.Length.ShouldBeLessThanOrEqualTo(question.Length + 16);
                    (answer[2] & 0x80).ShouldBe(0x80);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public async Task It_answers_from_the_address_that_was_asked()
    {
        using var folder = new TestFolder();
        using var stop = new CancellationTokenSource();
        using var stub = new NameStub(new RuntimeLog(folder["log"], TimeProvider.System), port: 0);
        var running = stub.RunAsync(stop.Token);
        using var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(new IPEndPoint(IPAddress.Parse("127.0.0.77"), stub.At.Port));

        await client.SendAsync(new byte[] { 1, 2, 3 });
        await client.SendAsync(Question("example.org", A));
        var answer = await client.ReceiveAsync();

        answer.RemoteEndPoint.Address.ToString().ShouldBe("127.0.0.77");
        Answers(answer.Buffer).ShouldBe(1);
        await stop.CancelAsync();
        await running;
    }

    private static int Code(byte[] answer) => answer[3] & 0xF;

    private static int Answers(byte[] answer) => BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6));

    private static byte[] Question(string name, ushort type) =>
        [
            0x12,
            0x34,
            1,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            .. name.Split('.', StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)),
            0,
            (byte)(type >> 8),
            (byte)type,
            0,
            1,
        ];
}
