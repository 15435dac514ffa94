namespace Creel.Core.Provisioning.Gateways;

/// <summary>How far a handshake with a gateway came.</summary>
/// <param name="Connected">Somebody took the connection.</param>
/// <param name="Certified">Its certificate was taken.</param>
/// <param name="Answered">It opened a WebSocket, and challenged us as a gateway does.</param>
/// <param name="Hello">With which it let us in; null: it did not.</param>
public sealed record GatewayProof(bool Connected, bool Certified, bool Answered, GatewayHello? Hello)
{
    public static readonly GatewayProof None = new(false, false, false, null);
}
