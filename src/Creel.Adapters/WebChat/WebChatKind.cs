using System.Diagnostics.CodeAnalysis;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;

namespace Creel.Adapters.WebChat;

/// <summary>Pages and programs that talk to us through a WebSocket.</summary>
public sealed class WebChatKind(TimeProvider time) : IChannelKind
{
    public string Channel => "webchat";

    public string? TokenVariable => null;

    public bool WantsToken => true;

    public bool SenderId(string text, [NotNullWhen(true)] out string? id)
    {
        id = PeerId(text);
        return id.Length > 0;
    }

    public string PeerId(string text)
    {
        text = text.Trim();
        return text.StartsWith("webchat:", StringComparison.OrdinalIgnoreCase) ? text["webchat:".Length..] : text;
    }

    public IChannel Open(ChannelAccountModel account, AccountSecrets secrets) =>
        new WebChatChannel(ChannelAccount.Of(Channel, account.Id), secrets.Token!, time);
}
