using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Creel.Proxy.Doors;
using Creel.Proxy.Egress;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Creel.Proxy.Intercept;

/// <summary>
/// Answers TLS in place of an upstream, so that a call that knows nothing of the proxy goes through the book like any other; TLS
/// for others is passed on unseen, if the cell's egress lists them.
/// </summary>
/// <param name="patience">How long the handshake may take.</param>
internal sealed class Interception(
    Standing standing,
    Certificates certificates,
    Tunnels tunnels,
    Denials denials,
    TimeSpan patience
)
{
    /// <summary>The port of a connection that says none: the relay takes no other with TLS.</summary>
    private const int Port = 443;

    private static readonly StreamPipeReaderOptions Reading = new(bufferSize: 4096, minimumReadSize: 1, useZeroByteReads: true);

    /// <summary>A connection that begins with TLS.</summary>
    /// <param name="ending">The proxy ends: what is only passed on is cut.</param>
    public async Task DirectAsync(Cell cell, ConnectionContext connection, ConnectionDelegate next, CancellationToken ending)
    {
        var (hello, wrong) = await Tunnels
            .HelloAsync(connection.Transport.Input, connection.ConnectionClosed)
            .ConfigureAwait(false);
        wrong ??= hello!.ServerName is null ? "no-name" : null;
        if (wrong is not null)
        {
            denials.Add(cell, "connect", hello?.ServerName ?? "", Port, wrong);
            return;
        }

        var name = hello!.ServerName!;
        if (!standing.IsUpstreamHost(name))
        {
            await tunnels
                .PassAsync(cell, new HostPort(name, Port), connection.Transport, connection.ConnectionClosed, ending)
                .ConfigureAwait(false);
        }
        else if (standing.Orders.Intercept)
        {
            await AnswerAsync(cell, name, connection, next).ConfigureAwait(false);
        }
        else
        {
            denials.Add(cell, "connect", name, Port, "upstream", $"{name} is called by its base URL");
        }
    }

    /// <summary>A <c>CONNECT</c> that named an upstream.</summary>
    public async Task AfterConnectAsync(Cell cell, HostPort asked, ConnectionContext connection, ConnectionDelegate next)
    {
        await connection.Transport.Output.WriteAsync(Tunnels.Established, connection.ConnectionClosed).ConfigureAwait(false);
        var (hello, wrong) = await Tunnels
            .HelloAsync(connection.Transport.Input, connection.ConnectionClosed)
            .ConfigureAwait(false);
        wrong ??= hello!.ServerName == asked.Host ? null : "server-name";
        if (wrong is not null)
        {
            denials.Add(cell, "connect", asked.Host, asked.Port, wrong);
            return;
        }

        await AnswerAsync(cell, asked.Host, connection, next).ConfigureAwait(false);
    }

    private async Task AnswerAsync(Cell cell, string name, ConnectionContext connection, ConnectionDelegate next)
    {
        var outer = connection.Transport;
        await using var tls = new SslStream(new DuplexStream(outer));
        if (!await ShakeHandsAsync(tls, name, connection).ConfigureAwait(false))
        {
            // The client trusts nobody but the provider itself: it is told so by TLS, and nothing has left.
            denials.Add(cell, "connect", name, Port, "handshake");
            return;
        }

        connection.Features.Set(new InterceptedHost(name));
        connection.Features.Set<ITlsConnectionFeature>(new WithoutClientCertificate());
        connection.Features.Set<ITlsApplicationProtocolFeature>(new Agreed(tls.NegotiatedApplicationProtocol.Protocol));
        var output = tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 ? new PlainHttp2(tls) : (Stream)tls;
        var inner = new Pipes(PipeReader.Create(tls, Reading), PipeWriter.Create(output));
        connection.Transport = inner;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            await inner.Input.CompleteAsync().ConfigureAwait(false);
            await inner.Output.CompleteAsync().ConfigureAwait(false);
            connection.Transport = outer;
        }
    }

    private async Task<bool> ShakeHandsAsync(SslStream tls, string name, ConnectionContext connection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        limit.CancelAfter(patience);
        try
        {
            await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = certificates.For(name),
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                        AllowRenegotiation = false,
                        ClientCertificateRequired = false,
                    },
                    limit.Token
                )
                .ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private sealed record Agreed(ReadOnlyMemory<byte> ApplicationProtocol) : ITlsApplicationProtocolFeature;

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class WithoutClientCertificate : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
            Task.FromResult<X509Certificate2?>(null);
    }
}
