using System.Net;
using System.Text.Json.Nodes;
using Creel.Core.Gateway;
using Creel.Server.Audits;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Gateway.Protocol;

/// <summary>From the challenge to <c>hello-ok</c>, or to one clear refusal.</summary>
internal sealed class Handshake(
    GatewayConfig config,
    GatewayPorts ports,
    DeviceBook devices,
    FailureRate failures,
    TimeProvider time
)
{
    /// <summary>Reads the first frame and decides.</summary>
    /// <returns>The client and the id of its call; null where it was refused, which it has been told.</returns>
    public async Task<(Client Client, string CallId, JsonObject? Auth)?> RunAsync(
        HttpContext context,
        GatewaySocket socket,
        string id,
        CancellationToken cancel
    )
    {
        var nonce = Guid.NewGuid().ToString();
        var challenge = new JsonObject { ["nonce"] = nonce, ["ts"] = time.GetUtcNow().ToUnixTimeMilliseconds() };
        socket.Send(Frames.Event("connect.challenge", Frames.Bytes(challenge), null));
        ReadOnlyMemory<byte>? first;
        // Not by cancelling the read: that would cut the line before the client could hear why.
        await using (time.CreateTimer(_ => TooLate(socket), null, config.Handshake, Timeout.InfiniteTimeSpan))
        {
            first = await socket.ReceiveAsync(GatewayLimits.FirstFrame, cancel);
        }

        return first is { } bytes ? await DecideAsync(context, socket, id, nonce, FrameReader.Read(bytes), cancel) : null;
    }

    private static void TooLate(GatewaySocket socket)
    {
        socket.End(1008, "handshake timeout");
        socket.GiveUpAfterGrace();
    }

    private async Task<(Client, string, JsonObject?)?> DecideAsync(
        HttpContext context,
        GatewaySocket socket,
        string id,
        string nonce,
        FrameReading reading,
        CancellationToken cancel
    )
    {
        if (reading.Frame is not { } frame)
        {
            socket.End(1008, "invalid request frame");
            return null;
        }

        if (frame.Method != "connect")
        {
            return Refuse(socket, frame.Id, GatewayError.Invalid("invalid handshake: first request must be connect"), 1008);
        }

        if (ConnectRequest.TryRead(frame.Params, out var request) is { } wrong)
        {
            return Refuse(socket, frame.Id, GatewayError.Invalid($"invalid connect params: {wrong}"), 1008);
        }

        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var facts = Facts(context, request!, nonce, address);
        switch (ConnectDecision.Decide(facts, ports.Signatures))
        {
            case ConnectOutcome.Refusal refusal:
                if (refusal.Wrong)
                {
                    failures.Failed(address);
                }

                await ports.Audit.RefusedAsync(
                    "unknown",
                    "gateway.refuse",
                    "gateway",
                    AuditDetail.Of(("from", address.ToString()), ("client", request!.Client.Id), ("why", refusal.Error.Message))
                );
                return Refuse(socket, frame.Id, refusal.Error, refusal.CloseCode);

            case ConnectOutcome.Pairing pairing:
                var asked = devices.Ask(request!, pairing.Device, pairing.Reason, address.ToString());
                await ports.Audit.RefusedAsync(
                    "unknown",
                    "device.ask",
                    "gateway",
                    AuditDetail.Of(("from", address.ToString()), ("reason", pairing.Reason))
                );
                return Refuse(socket, frame.Id, PairingRequired(asked), 1008);

            case ConnectOutcome.Welcome welcome:
                failures.Succeeded(address);
                var auth = await PairAsync(request!, welcome, address, cancel);
                var client = new Client(id, address.ToString(), socket, request!, welcome) { Since = time.GetUtcNow() };
                return (client, frame.Id, auth);

            default:
                throw new InvalidOperationException("an outcome that nobody knows");
        }
    }

    private ConnectFacts Facts(HttpContext context, ConnectRequest request, string nonce, IPAddress address)
    {
        var headers = context.Request.Headers;
        var forwarded =
            headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded") || headers.ContainsKey("X-Real-IP");
        var origin = headers.Origin;
        var secret = config.Secret();
        // A random token can't be guessed, and whoever is on this machine must not be locked out by a neighbour.
        var counted = secret.Kind == SharedSecretKind.Password || !IPAddress.IsLoopback(address);
        return new ConnectFacts(
            request,
            nonce,
            time.GetUtcNow(),
            secret,
            Local: IPAddress.IsLoopback(address) && !forwarded,
            HasOrigin: origin.Count > 0,
            OriginAllowed: origin.Count == 1
                && OriginRule.Allows(origin[0] ?? "", context.Request.Host.Value ?? "", config.Origins()),
            devices.Find(request.Device?.Id),
            counted ? failures.Wait(address) : null
        );
    }

    /// <summary>The part of <c>hello-ok</c> that a device gets; a token of its own only where it did not come with one.</summary>
    private async Task<JsonObject?> PairAsync(
        ConnectRequest request,
        ConnectOutcome.Welcome welcome,
        IPAddress address,
        CancellationToken cancel
    )
    {
        if (welcome.Device is not { } device)
        {
            return null;
        }

        if (welcome.Pair is not null)
        {
            await devices.PairAsync(
                request.Client,
                device.Id,
                device.PublicKey,
                request.Role,
                request.Scopes,
                $"local:{address}",
                cancel
            );
        }

        var auth = new JsonObject { ["role"] = welcome.Role, ["scopes"] = DeviceJson.Texts(welcome.Scopes) };
        if (welcome.Method != "device-token")
        {
            var (text, token) = await devices.IssueAsync(device.Id, welcome.Scopes, cancel);
            auth["deviceToken"] = text;
            auth["issuedAtMs"] = token.IssuedAt.ToUnixTimeMilliseconds();
        }

        return auth;
    }

    private static GatewayError PairingRequired(DeviceRequest asked) =>
        new(GatewayError.NotPaired, "pairing required")
        {
            Details = new JsonObject
            {
                ["code"] = "PAIRING_REQUIRED",
                ["requestId"] = asked.RequestId,
                ["reason"] = asked.Reason,
                ["remediationHint"] = $"creel device approve {asked.RequestId}",
            },
        };

    private static (Client, string, JsonObject?)? Refuse(GatewaySocket socket, string callId, GatewayError error, int code)
    {
        socket.Send(Frames.Refusal(callId, error));
        socket.End(code, error.Message);
        return null;
    }
}
