using System.Diagnostics.CodeAnalysis;
using Creel.Core.Habitats.Gateway;

namespace Creel.Core.Channels;

/// <summary>A messenger that there is an adapter for.</summary>
public interface IChannelKind
{
    /// <summary>In lower case, as in bindings.</summary>
    string Channel { get; }

    /// <summary>The variable that holds the default account's token; null: none does.</summary>
    string? TokenVariable { get; }

    /// <summary>An account wants a token to work at all.</summary>
    bool WantsToken { get; }

    /// <summary>An entry of an allow list, or a sender, as the messenger's own id.</summary>
    /// <returns>False where it can be none.</returns>
    bool SenderId(string text, [NotNullWhen(true)] out string? id);

    /// <summary>A chat as somebody wrote it (<c>telegram:123</c>), as the id of a peer.</summary>
    string PeerId(string text);

    /// <summary>What holds for an account that is known by its token alone.</summary>
    ChannelAccountModel Unwritten(string account) =>
        new()
        {
            Channel = Channel,
            Id = account,
            Name = account,
        };

    /// <summary>The signs that may stand on a message; null: any, or none at all.</summary>
    IReadOnlyList<string>? Signs => null;

    /// <summary>The second says nothing else than the first that its channel would have to be made anew for.</summary>
    bool Alike(ChannelAccountModel one, ChannelAccountModel other) => false;

    /// <summary>Makes the account's channel; connects to nothing yet.</summary>
    /// <exception cref="CreelException">The settings can't work.</exception>
    IChannel Open(ChannelAccountModel account, AccountSecrets secrets);
}
