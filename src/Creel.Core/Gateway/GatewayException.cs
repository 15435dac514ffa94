namespace Creel.Core.Gateway;

/// <summary>A call is answered with an error.</summary>
public sealed class GatewayException(GatewayError error) : Exception(error.Message)
{
    public GatewayError Error => error;

    public static GatewayException Invalid(string message) => new(GatewayError.Invalid(message));
}
