using System.Net.WebSockets;
using System.Text.Json;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>What became of one call on one line.</summary>
internal abstract record LineAnswer
{
    private LineAnswer() { }

    /// <param name="frame">One that does not say whether it is ok is a refusal where it has an error.</param>
    public static LineAnswer Of(string method, JsonElement frame, IEnumerable<string> secrets)
    {
        var (ok, error) = (Payloads.Member(frame, "ok").ValueKind, Payloads.Member(frame, "error"));
        return ok == JsonValueKind.False || (ok != JsonValueKind.True && error.ValueKind == JsonValueKind.Object)
            ? new Refused(GatewayRefusal.Read(method, error, secrets))
            : new Done(Payloads.Member(frame, "payload"));
    }

    public sealed record Done(JsonElement Payload) : LineAnswer;

    public sealed record Refused(GatewayRefusal Refusal) : LineAnswer;

    /// <summary>Nothing came in time; the line stands.</summary>
    public sealed record Silent : LineAnswer;

    /// <param name="Sent">It may have been heard.</param>
    public sealed record Broken(LineEnd End, bool Sent) : LineAnswer;
}

/// <summary>Why a line ended.</summary>
/// <param name="Code">Of the close; null: without one.</param>
/// <param name="Why">For people.</param>
internal sealed record LineEnd(int? Code, string Why)
{
    public const int ServiceRestart = 1012;

    /// <summary>It will be back.</summary>
    public bool Restarts => Code == ServiceRestart;

    /// <summary>What it sent can't be gone on with; another try would end the same way.</summary>
    public bool Hopeless { get; init; }

    /// <summary>It sent more than is taken of what nobody asked for.</summary>
    public bool Floods { get; init; }

    /// <summary>Of what who waited is told.</summary>
    public string FaultCode =>
        Hopeless ? "gateway-garbage"
        : Floods ? "gateway-flood"
        : "gateway-gone";

    /// <summary>Listening to it came to this.</summary>
    public static LineEnd Of(Exception e) =>
        e switch
        {
            // A frame that is none, or a text that is not UTF-8.
            WebSocketException { WebSocketErrorCode: WebSocketError.Faulted } => new LineEnd(
                null,
                "what it sends is no WebSocket: that is no gateway"
            )
            {
                Hopeless = true,
            },
            WebSocketException => new LineEnd(null, "the connection broke off"),
            JsonException => new LineEnd(null, "what it says is no JSON, or says a thing twice: that is no gateway")
            {
                Hopeless = true,
            },
            OperationCanceledException or ObjectDisposedException => new LineEnd(null, "it was closed here"),
            // Whatever nobody has thought of: all who wait on this line are told.
            _ => new LineEnd(null, $"what it says can't be read ({e.GetType().Name})") { Hopeless = true },
        };
}
