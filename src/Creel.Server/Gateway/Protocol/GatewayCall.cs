using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>One call of a client, whose parameters were checked.</summary>
internal sealed record GatewayCall(Client Client, RequestFrame Frame, CancellationToken Cancel)
{
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Protocol => Client.Protocol;

    public string By => Client.Actor;

    /// <summary>The first answer is on its way: another one may follow it.</summary>
    public Task Answered => answered.Task;

    /// <exception cref="InvalidOperationException">The method's shape does not ask for it.</exception>
    public string Required(string name) => Text(name) ?? throw new InvalidOperationException($"{name} is not required");

    public string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public long? Number(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Number } value ? (long)Math.Clamp(value.GetDouble(), -1e15, 1e15) : null;

    public bool Flag(string name, bool otherwise = false) =>
        Find(name)?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => otherwise,
        };

    public JsonElement? Find(string name) =>
        Frame.Params.ValueKind == JsonValueKind.Object && Frame.Params.TryGetProperty(name, out var value) ? value : null;

    public void Answer(JsonNode? payload)
    {
        Client.Socket.Send(Frames.Answer(Frame.Id, payload));
        answered.TrySetResult();
    }

    public void Refuse(GatewayError error, JsonNode? payload = null)
    {
        Client.Socket.Send(Frames.Refusal(Frame.Id, error, payload));
        answered.TrySetResult();
    }
}
