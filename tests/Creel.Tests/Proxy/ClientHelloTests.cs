using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using Creel.Proxy.Egress;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Proxy;

public class ClientHelloTests
{
    [Theory]
    [InlineData(16384)]
    [InlineData(100)]
    [InlineData(1)]
    public void A_name_is_found_however_the_records_are_cut(int record)
    {
        var bytes = Hello.Of("GitHub.com", record: record);
        for (var length = 0; length < bytes.Length; length++)
        {
            ClientHello.Read(new ReadOnlySequence<byte>(bytes[..length]), out _).ShouldBe(ClientHello.State.Unfinished);
        }

        ClientHello.Read(new ReadOnlySequence<byte>(bytes), out var hello).ShouldBe(ClientHello.State.Whole);
        hello.ShouldBe(new ClientHello("github.com", false));
    }

    [Fact]
    public void One_without_a_name_or_with_a_hidden_one_is_known_as_such()
    {
        Read(Hello.Of(null)).ShouldBe(new ClientHello(null, false));
        Read(Hello.Of("a.example", Hello.Extension(0xfe0d, [0, 1, 2]))).ShouldBe(new ClientHello("a.example", true));
    }

    [Fact]
    public void Two_names_are_none()
    {
        Read(Hello.Of("a.example", Hello.ServerName("b.example"))).ShouldBeNull();
        Read(Hello.Of(null, Hello.Extension(0, [0, 0]))).ShouldBeNull();
        Read(Hello.Of("")).ShouldBeNull();
        Read(Hello.Of("a\0b")).ShouldBeNull();
        Read(Hello.Of("a b")).ShouldBeNull();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("SSH-2.0-OpenSSH\r\n")]
    [InlineData("\x17\x03\x03\0\x01x")]
    [InlineData("\x16\x02\x03\0\x01x")]
    [InlineData("\x16\x03\x03\0\0")]
    [InlineData("\x16\x03\x03\x7f\xff")]
    [InlineData("\x16\x03\x03\0\x04\x02\0\0\0")]
    public void What_is_not_TLS_is_seen_at_once(string text) =>
        ClientHello
            .Read(new ReadOnlySequence<byte>(System.Text.Encoding.Latin1.GetBytes(text)), out _)
            .ShouldBe(ClientHello.State.NotTls);

    [Fact]
    public async Task What_a_real_client_says_is_understood()
    {
        using var wire = new MemoryStream();
        await using var tls = new SslStream(new WriteOnly(wire));
        await Should.ThrowAsync<Exception>(
            tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "api.example.org",
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                }
            )
        );
        Read(wire.ToArray()).ShouldBe(new ClientHello("api.example.org", false));
    }

    [Fact]
    public void Nothing_makes_it_throw_or_wait_for_ever()
    {
        Prop.ForAll<byte[]>(bytes => Any(bytes)).QuickCheckThrowOnFailure();
        var whole = Hello.Of("a.example", Hello.Extension(0xfe0d, new byte[40]), record: 30);
        var changes = Gen.Choose(0, whole.Length - 1)
            .SelectMany(_ => Gen.Choose(0, 255), (at, value) => (At: at, Value: (byte)value))
            .ListOf(3);
        Prop.ForAll(
                changes.ToArbitrary(),
                list =>
                {
                    var changed = whole.ToArray();
                    foreach (var (at, value) in list)
                    {
                        changed[at] = value;
                    }

                    Any(changed);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

        // However much comes, it is decided by then.
        var endless = Enumerable.Repeat((byte[])[0x16, 3, 1, 0, 1, 1], ClientHello.Longest / 6 + 1).SelectMany(r => r).ToArray();
        ClientHello.Read(new ReadOnlySequence<byte>(endless), out _).ShouldNotBe(ClientHello.State.Unfinished);
    }

    private static void Any(byte[] bytes)
    {
        var state = ClientHello.Read(new ReadOnlySequence<byte>(bytes), out var hello);
        (hello is not null).ShouldBe(state == ClientHello.State.Whole);
    }

    private static ClientHello? Read(byte[] bytes)
    {
        ClientHello.Read(new ReadOnlySequence<byte>(bytes), out var hello);
        return hello;
    }

    private sealed class WriteOnly(MemoryStream wire) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => wire.Write(buffer, offset, count);
    }
}
