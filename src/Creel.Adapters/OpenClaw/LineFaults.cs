using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>Why there is no line to a gateway, and what to do about it.</summary>
internal sealed class LineFaults(GatewayAccess access, Certificates certificates)
{
    /// <param name="status">Of HTTP; 0: there was none.</param>
    public CreelException NotConnected(WebSocketException e, int status)
    {
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AuthenticationException:
                    return Fails(
                        "gateway-tls",
                        certificates.Trouble ?? "it does not speak TLS there",
                        certificates.Seen is { } seen
                            ? $"If it is the right one: --pin {seen}; or name its authority: --ca FILE."
                            : "Without TLS it is ws://, and only on this machine.",
                        e
                    );
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                    return Fails("gateway-name", "nobody knows that name", "Look at the address.", e);
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return Fails("gateway-gone", "it ends the connection at once", "Look at its log; it may be starting.", e);
                case SocketException failed:
                    return Fails(
                        "gateway-unreachable",
                        failed.Message,
                        "Look whether it runs, and whether the port is right.",
                        e
                    );
            }
        }

        if (status is >= 300 and < 400)
        {
            return Fails(
                "gateway-moved",
                $"it leads elsewhere ({status}), and no token goes to another address than the one that was given",
                "Give the gateway's own address.",
                e
            );
        }

        if (status >= 500)
        {
            return Fails("gateway-gone", $"what stands before it answers {status}", "Look whether it runs.", e);
        }

        return Fails("gateway-garbage", "what listens there is no gateway", "Look at the address and the port.", e);
    }

    public CreelException Broke(LineEnd end) =>
        Fails(
            end.FaultCode,
            end.Why,
            end.Hopeless ? "Look at the address and the port."
                : end.Restarts ? "It restarts: try again in a moment."
                : "Look at its log."
        );

    public CreelException Fails(string code, string why, string? remedy, Exception? inner = null) =>
        new(Fault.Unavailable(code, $"the gateway at {access.Url.Authority} can't be asked: {why}", remedy), inner);
}
