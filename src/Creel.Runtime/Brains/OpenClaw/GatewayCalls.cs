using System.Text.Json;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>What is asked of the gateway, in its protocol 4.</summary>
internal static class GatewayCalls
{
    public const string ConnectId = "connect";
    public const string TurnId = "turn";
    private const int Protocol = 4;

    /// <summary>
    /// With the shared token from its own loopback such a client needs no device of its own, and keeps what it asks for: to
    /// read and to write, not to administer.
    /// </summary>
    public static byte[] Connect(string token) =>
        Request(
            ConnectId,
            "connect",
            json =>
            {
                json.WriteNumber("minProtocol", Protocol);
                json.WriteNumber("maxProtocol", Protocol);
                json.WriteStartObject("client");
                json.WriteString("id", "gateway-client");
                json.WriteString("version", RuntimeVersion.Text);
                json.WriteString("platform", "linux");
                json.WriteString("mode", "backend");
                json.WriteEndObject();
                json.WriteString("role", "operator");
                json.WriteStartArray("scopes");
                json.WriteStringValue("operator.read");
                json.WriteStringValue("operator.write");
                json.WriteEndArray();
                json.WriteStartObject("auth");
                json.WriteString("token", token);
                json.WriteEndObject();
            }
        );

    /// <param name="run">Names the run; the same name twice is the same run.</param>
    /// <param name="timeout">Seconds until the gateway gives up by itself.</param>
    public static byte[] Turn(string agent, string sessionKey, string message, string run, long timeout) =>
        Request(
            TurnId,
            "agent",
            json =>
            {
                json.WriteString("agentId", agent);
                json.WriteString("sessionKey", sessionKey);
                json.WriteString("message", message);
                json.WriteString("idempotencyKey", run);
                json.WriteNumber("timeout", timeout);
            }
        );

    public static byte[] Abort(string sessionKey, string run) =>
        Request(
            "abort",
            "chat.abort",
            json =>
            {
                json.WriteString("sessionKey", sessionKey);
                json.WriteString("runId", run);
            }
        );

    private static byte[] Request(string id, string method, Action<Utf8JsonWriter> parameters) =>
        ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "req");
            json.WriteString("id", id);
            json.WriteString("method", method);
            json.WriteStartObject("params");
            parameters(json);
            json.WriteEndObject();
            json.WriteEndObject();
        });
}
