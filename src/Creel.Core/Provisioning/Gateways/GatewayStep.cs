namespace Creel.Core.Provisioning.Gateways;

/// <summary>One thing that was looked at when a gateway was tried.</summary>
/// <param name="Name"><c>address</c>, <c>connection</c>, <c>tls</c>, <c>answer</c>, <c>protocol</c>, <c>auth</c>, <c>pairing</c>, <c>scopes</c> or <c>version</c>.</param>
/// <param name="Ok">Null: it was not come to.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Remedy">What to do; null where it is well.</param>
/// <param name="Code">Of the fault; null where it is well.</param>
public sealed record GatewayStep(string Name, bool? Ok, string Text, string? Remedy = null, string? Code = null);
