using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>One call of a client, whose parameters were checked.</summary>
internal sealed record GatewayCall(Client Client, RequestFrame Frame, CancellationToken Cancel)
{
    public int Protocol => Client.Protocol;

    public string By => Client.Actor;

    /// <exception cref="InvalidOperationException">The method's shape does not ask for it.</exception>
    public string Required(string name) => Text(name) ?? throw new InvalidOperationException($"{name} is not required");

    public string? Text(string name) =>
        Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public long? Number(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Number } value ? (long)Math.Clamp(value.GetDouble(), long.MinValue, long.MaxValue) : null;

    public bool Flag(string name, bool otherwise = false) =>
        Find(name)?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => otherwise,
        };

    public JsonElement? Find(string name) =>
        Frame.Params.ValueKind == JsonValueKind.Object && Frame.Params.TryGetProperty(name, out var value) ? value : null;

    /// <summary>One more answer to the same call.</summary>
    public void AnswerAgain(JsonNode payload) => Client.Socket.Send(Frames.Answer(Frame.Id, payload));

    public void RefuseAgain(GatewayError error, JsonNode payload) =>
        Client.Socket.Send(Frames.Refusal(Frame.Id, error, payload));
}
