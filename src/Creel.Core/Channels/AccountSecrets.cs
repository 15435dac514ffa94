namespace Creel.Core.Channels;

/// <summary>What proves that we are an account, or that a caller is its messenger. Only its channel ever has it.</summary>
/// <param name="Token">Null: there is none.</param>
/// <param name="WebhookSecret">Null: there is none.</param>
public sealed record AccountSecrets(string? Token, string? WebhookSecret = null)
{
    /// <summary>In no text.</summary>
    public override string ToString() => Token is null ? "no token" : "a token";
}
