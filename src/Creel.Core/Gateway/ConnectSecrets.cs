namespace Creel.Core.Gateway;

/// <summary>What a client shows to be let in. Never written anywhere.</summary>
public sealed record ConnectSecrets(string? Token, string? DeviceToken, string? Password)
{
    public bool Shared => !string.IsNullOrEmpty(Token) || !string.IsNullOrEmpty(Password);

    public override string ToString() => nameof(ConnectSecrets);
}
