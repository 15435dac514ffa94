namespace Creel.Commands.Provisioning;

/// <summary>What a gateway is called where people read of it.</summary>
internal static class GatewayName
{
    /// <param name="gateway">Null: our own.</param>
    public static string Of(string? gateway) => gateway ?? "our own gateway";
}
