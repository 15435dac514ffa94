using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Channels;

namespace Creel.Tests.Gateway.Channels;

internal sealed class MemoryTokens : IAccountTokens
{
    private readonly ConcurrentDictionary<ChannelAccount, string> tokens = new();

    public string? Find(ChannelAccount account) => tokens.GetValueOrDefault(account);

    public IReadOnlyList<ChannelAccount> List() => [.. tokens.Keys];

    public void Set(ChannelAccount account, string token) => tokens[account] = token;

    public bool Remove(ChannelAccount account) => tokens.TryRemove(account, out _);

    public string FromFile(string path) => throw new CreelException(Fault.NotFound("token-file", path));
}
