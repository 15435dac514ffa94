using System.Diagnostics.CodeAnalysis;
using Creel.Adapters.Loopback;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;
using Peer = Creel.Core.Routing.Peer;

namespace Creel.Tests.Gateway.Channels;

/// <summary>The loopback, whose messages may have files.</summary>
internal sealed class FileKind(LoopbackKind inner, Func<Attachment, byte[]> fetch) : IChannelKind
{
    public string Channel => inner.Channel;

    public string? TokenVariable => null;

    public bool WantsToken => false;

    public bool SenderId(string text, [NotNullWhen(true)] out string? id) => inner.SenderId(text, out id);

    public string PeerId(string text) => inner.PeerId(text);

    public IChannel Open(ChannelAccountModel account, AccountSecrets secrets) =>
        new FileChannel(inner.Open(account, secrets), fetch);

    private sealed class FileChannel(IChannel inner, Func<Attachment, byte[]> fetch) : IMediaChannel
    {
        public ChannelAccount Account => inner.Account;

        public ChannelTraits Traits => inner.Traits;

        public ChannelState State => inner.State;

        public Task ReceiveAsync(IInbox inbox, CancellationToken cancel) => inner.ReceiveAsync(inbox, cancel);

        public Task<string> SendAsync(OutboundMessage message, CancellationToken cancel) => inner.SendAsync(message, cancel);

        public Task TypingAsync(Peer peer, string? threadId, CancellationToken cancel) => Task.CompletedTask;

        public Task DraftAsync(Peer peer, string runId, string text, CancellationToken cancel) => Task.CompletedTask;

        public Task<ChannelProbe> ProbeAsync(CancellationToken cancel) => inner.ProbeAsync(cancel);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        public Task<byte[]> FetchAsync(Attachment attachment, long most, CancellationToken cancel) =>
            Task.FromResult(fetch(attachment));

        public Task SendFileAsync(OutboundMessage message, string name, byte[] content, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
