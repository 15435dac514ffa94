using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>The one connection to a gateway elsewhere. It comes back by itself when it breaks; calls wait for it.</summary>
public interface IGatewayLine : IAsyncDisposable
{
    GatewayAccess Access { get; }

    LineFigures Figures { get; }

    /// <summary>What the gateway said of itself; connects where there is no connection yet.</summary>
    /// <exception cref="CreelException">It can't be reached, or does not let us in.</exception>
    Task<GatewayHello> HelloAsync(CancellationToken cancel = default);

    /// <returns>The payload of the answer; of a method that answers twice, the last.</returns>
    /// <param name="parameters">Null: an empty object.</param>
    /// <exception cref="CreelException">
    /// There is no connection, as in <see cref="HelloAsync"/>; it is refused (<see cref="GatewayRefusal.ToFault"/>), or larger than the
    /// gateway takes (<c>gateway-frame</c>); or the gateway was gone (<c>gateway-gone</c>) or silent (<c>gateway-silent</c>) for too long,
    /// sent too much that nobody asked for (<c>gateway-flood</c>), or what can't be understood (<c>gateway-garbage</c>).
    /// <c>gateway-unsure</c>: the line broke under a call that must not be made twice.
    /// </exception>
    Task<JsonElement> CallAsync(
        string method,
        JsonObject? parameters = null,
        CallManner? manner = null,
        CancellationToken cancel = default
    );

    /// <summary>Waits until the gateway, which has just said that it will restart, has done so.</summary>
    /// <param name="within">After which it is taken to have changed its mind.</param>
    Task RestartedAsync(TimeSpan within, CancellationToken cancel = default);

    /// <summary>An event, with its payload. Called on the line's own thread: it must not wait.</summary>
    event Action<string, JsonElement>? Heard;
}
