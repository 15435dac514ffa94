namespace Creel.Core.Gateway;

/// <summary>What a paired device may show in the place of the shared secret.</summary>
/// <param name="Hash">SHA-256; the token itself is known to the device alone.</param>
public sealed record DeviceToken(byte[] Hash, IReadOnlyList<string> Scopes, DateTimeOffset IssuedAt);
