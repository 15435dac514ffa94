using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;

namespace Creel.Adapters.Loopback;

/// <summary>A messenger without a messenger: what is put in comes in, and what goes out can be read.</summary>
public sealed class LoopbackKind : IChannelKind
{
    private readonly ConcurrentDictionary<string, LoopbackChannel> open = new(StringComparer.Ordinal);

    public string Channel => "loopback";

    public string? TokenVariable => null;

    public bool WantsToken => false;

    /// <summary>As if there were these alone; null: all.</summary>
    public IReadOnlyList<string>? Signs { get; init; }

    /// <summary>The open account of that name; null: there is none.</summary>
    public LoopbackChannel? Find(string account) => open.GetValueOrDefault(account);

    public bool SenderId(string text, [NotNullWhen(true)] out string? id)
    {
        id = PeerId(text);
        return id.Length > 0;
    }

    public string PeerId(string text)
    {
        text = text.Trim();
        return text.StartsWith("loopback:", StringComparison.OrdinalIgnoreCase) ? text["loopback:".Length..] : text;
    }

    public IChannel Open(ChannelAccountModel account, AccountSecrets secrets) =>
        open[account.Id] = new LoopbackChannel(ChannelAccount.Of(Channel, account.Id), () => open.TryRemove(account.Id, out _));
}
