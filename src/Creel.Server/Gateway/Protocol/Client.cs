using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>A client that was let in.</summary>
internal sealed class Client(
    string id,
    string address,
    GatewaySocket socket,
    ConnectRequest request,
    ConnectOutcome.Welcome welcome
)
{
    private readonly Lock gate = new();
    private long sequence;

    public string Id => id;

    public string Address => address;

    public ConnectClient Program => request.Client;

    public int Protocol => welcome.Protocol;

    public IReadOnlyList<string> Scopes => welcome.Scopes;

    public string Role => welcome.Role;

    /// <summary>By what it got in.</summary>
    public string Method => welcome.Method;

    public string? DeviceId => welcome.Device?.Id;

    public DateTimeOffset Since { get; init; }

    /// <summary>For the audit.</summary>
    public string Actor => DeviceId is { } device ? $"gateway:{Program.Id}:{device[..12]}" : $"gateway:{Program.Id}";

    public GatewaySocket Socket => socket;

    /// <summary>In the order of its numbers, without a gap.</summary>
    public void Tell(string name, ReadOnlyMemory<byte> payload)
    {
        lock (gate)
        {
            socket.Send(Frames.Event(name, payload, ++sequence));
        }
    }

    public JsonObject Presence()
    {
        var name = Program.DisplayName ?? Program.Id;
        var json = new JsonObject { ["host"] = name };
        if (address.Length > 0)
        {
            json["ip"] = address;
        }

        json["version"] = Program.Version;
        json["platform"] = Program.Platform;
        if (Program.DeviceFamily is { } family)
        {
            json["deviceFamily"] = family;
        }

        json["mode"] = Program.Mode;
        json["roles"] = new JsonArray(Role);
        json["scopes"] = new JsonArray([.. Scopes.Select(s => (JsonNode)s)]);
        if (DeviceId is { } device)
        {
            json["deviceId"] = device;
        }

        if (Program.InstanceId is { } instance)
        {
            json["instanceId"] = instance;
        }

        json["reason"] = "connect";
        json["ts"] = Since.ToUnixTimeMilliseconds();
        json["text"] = $"Node: {name} · mode {Program.Mode}";
        return json;
    }
}
