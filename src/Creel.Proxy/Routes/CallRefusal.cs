namespace Creel.Proxy.Routes;

/// <summary>A call is not made, and why.</summary>
/// <param name="Rule">As a code.</param>
/// <param name="Retry">Seconds after which it may be.</param>
internal sealed record CallRefusal(int Status, string Rule, string Message, int? Retry = null);
