using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Creel.Adapters.OpenClaw;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Tests.OpenClaw;

/// <summary>Something on a port of loopback that behaves as a script says, well or badly.</summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    public const string Token = "tok-7d1f-of-the-tests";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Func<FakeLine, Task> script;
    private readonly X509Certificate2? certificate;
    private readonly List<Task> lines = [];
    private readonly Task accepting;
    private int number;

    private FakeGateway(Func<FakeLine, Task> script, X509Certificate2? certificate)
    {
        (this.script, this.certificate) = (script, certificate);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Uri Url => new($"{(certificate is null ? "ws" : "wss")}://127.0.0.1:{Port}");

    /// <summary>How many connections came.</summary>
    public int Lines => number;

    /// <param name="script">One for each connection.</param>
    public static FakeGateway Start(Func<FakeLine, Task> script, X509Certificate2? certificate = null) =>
        new(script, certificate);

    /// <summary>One that lets in and answers each call with what the function says; null: not at all.</summary>
    public static FakeGateway Answering(Func<FakeCall, FakeReply?> answer, int protocol = 4) =>
        Start(async line =>
        {
            await line.GreetAsync(protocol);
            while (await line.ReadAsync() is { } call)
            {
                if (answer(call) is { } reply)
                {
                    await line.ReplyAsync(call, reply);
                }
            }
        });

    public GatewayClient Client(
        Func<LineTerms, LineTerms>? adapt = null,
        Func<GatewayAccess, GatewayAccess>? access = null,
        TimeProvider? time = null
    ) =>
        new(
            (access ?? (a => a))(new GatewayAccess(Url) { Token = Token }),
            (adapt ?? (t => t))(
                new LineTerms("1")
                {
                    FirstPause = TimeSpan.FromMilliseconds(5),
                    FreshPause = TimeSpan.FromMilliseconds(5),
                    Greeting = TimeSpan.FromSeconds(10),
                }
            ),
            time ?? TimeProvider.System
        );

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(lines).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            var socket = await listener.AcceptSocketAsync(stopping.Token);
            lines.Add(ServeAsync(socket, Interlocked.Increment(ref number)));
        }
    }

    private async Task ServeAsync(Socket socket, int which)
    {
        await using Stream plain = new NetworkStream(socket, ownsSocket: true);
        await using var secret = certificate is null ? null : new SslStream(plain);
        try
        {
            if (secret is not null)
            {
                // What it shows it shows as it is: it fetches no issuer of it either.
                await secret.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = SslStreamCertificateContext.Create(certificate!, null, offline: true),
                    },
                    stopping.Token
                );
            }

            await using var line = new FakeLine(secret ?? plain, which, stopping.Token);
            await script(line);
        }
        catch (Exception e)
            when (e is IOException or OperationCanceledException or System.Net.WebSockets.WebSocketException
                || e is System.Security.Authentication.AuthenticationException
            )
        {
            // The other end went, or we do.
        }
    }
}
