using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Conformance.Gateway.Control;

/// <summary>A line that writes down each call and answers as a function says.</summary>
internal sealed class TracedLine(Func<string, JsonObject?, string> answer) : IGatewayLine
{
    public event Action<string, JsonElement>? Heard
    {
        add { }
        remove { }
    }

    public List<(string Method, JsonObject? Params)> Calls { get; } = [];

    public GatewayAccess Access { get; } = new(new Uri("ws://127.0.0.1:1"));

    public LineFigures Figures => new(1, Calls.Count, Calls.Count(c => !LineFigures.IsLook(c.Method)));

    public Task<GatewayHello> HelloAsync(CancellationToken cancel = default) =>
        Task.FromResult(new GatewayHello(3, "2026.2.26", 0));

    public Task<JsonElement> CallAsync(
        string method,
        JsonObject? parameters = null,
        CallManner? manner = null,
        CancellationToken cancel = default
    )
    {
        Calls.Add((method, (JsonObject?)parameters?.DeepClone()));
        return Task.FromResult(JsonElement.Parse(answer(method, parameters)));
    }

    public Task RestartedAsync(TimeSpan within, CancellationToken cancel = default) => Task.CompletedTask;

    public ValueTask DisposeAsync() => default;

    /// <summary>As the client throws it.</summary>
    public static CreelException Refusal(string message) => new(new GatewayRefusal("call", "INVALID_REQUEST", message).ToFault());
}
