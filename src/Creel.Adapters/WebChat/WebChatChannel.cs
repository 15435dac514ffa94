using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Routing;

namespace Creel.Adapters.WebChat;

/// <summary>
/// Clients that proved themselves by the account's token. Each is one peer; who comes back under the same name gets what was said
/// meanwhile.
/// </summary>
internal sealed class WebChatChannel(ChannelAccount account, string token, TimeProvider time) : ISocketChannel
{
    /// <summary>Bytes of a text: of the first one, and of those of who has proved himself.</summary>
    private const int LongestHello = 4 * 1024;
    private const int Longest = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Absent = TimeSpan.FromSeconds(1);
    private readonly byte[] proof = SHA256.HashData(Encoding.UTF8.GetBytes(token));
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<IClientSocket, bool>> clients = new(
        StringComparer.Ordinal
    );
    private readonly Greetings greetings = new(most: 64);
    private readonly CancellationTokenSource closing = new();
    private volatile IInbox? inbox;
    private long last;

    public ChannelAccount Account => account;

    public ChannelTraits Traits { get; } =
        new(TextLimit: 64 * 1024, TypingEvery: TimeSpan.FromSeconds(5)) { ShowsDrafts = true, AdmitsByToken = true };

    public ChannelState State { get; private set; } = ChannelState.Starting;

    public async Task ReceiveAsync(IInbox inbox, CancellationToken cancel)
    {
        this.inbox = inbox;
        State = new ChannelState(true) { Mode = "socket" };
        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async Task ServeAsync(IClientSocket client, CancellationToken cancel)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, closing.Token);
        try
        {
            string? peer;
            using (var unproven = greetings.Enter(both.Token))
            {
                peer = await GreetAsync(client, unproven.Token, both.Token).ConfigureAwait(false);
            }

            if (peer is not null)
            {
                await ListenAsync(client, peer, both.Token).ConfigureAwait(false);
            }
        }
        catch (CreelException e)
        {
            await client.CloseAsync(e.Fault.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await client.CloseAsync("the server stops").ConfigureAwait(false);
        }
    }

    public async Task<string> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        var there = Of(message.Peer.Id);
        if (there.Count == 0)
        {
            // Whoever it is comes back at a moment of his own.
            throw new SendException("nobody of that name is connected", Absent) { Asked = true };
        }

        var id = Interlocked.Increment(ref last).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var text = ChatText.Message(message, id);
        foreach (var client in there)
        {
            await client.SendAsync(text, cancel).ConfigureAwait(false);
        }

        return id;
    }

    public Task TypingAsync(Peer peer, string? threadId, CancellationToken cancel) =>
        TellAsync(peer.Id, ChatText.Of("typing"), cancel);

    public Task DraftAsync(Peer peer, string runId, string text, CancellationToken cancel) =>
        TellAsync(peer.Id, ChatText.Draft(runId, text), cancel);

    public Task<ChannelProbe> ProbeAsync(CancellationToken cancel) =>
        Task.FromResult(new ChannelProbe(true, null, $"a socket ({clients.Count} connected)", null, []));

    public async ValueTask DisposeAsync()
    {
        State = new ChannelState(false);
        await closing.CancelAsync().ConfigureAwait(false);
    }

    /// <param name="pushed">So many come that this one can't be waited for any longer.</param>
    /// <returns>Who it is; null: it left without a word.</returns>
    private async Task<string?> GreetAsync(IClientSocket client, CancellationToken pushed, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(pushed);
        limit.CancelAfter(Patience);
        string? first;
        try
        {
            first = await client.ReceiveAsync(LongestHello, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Refused(pushed.IsCancellationRequested ? "too many come at once: come again" : "no hello came within 10 s");
        }

        if (first is null)
        {
            return null;
        }

        var hello = ChatText.Read(first);
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(hello?.Token ?? ""));
        if (hello is not { Type: "hello" } || !CryptographicOperations.FixedTimeEquals(given, proof))
        {
            // Guessing takes time.
            await Task.Delay(TimeSpan.FromSeconds(1), time, pushed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw Refused("the first word is a hello with the account's token");
        }

        var peer = hello.Peer ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        if (peer.Length > 64 || peer.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
        {
            throw Refused("a peer's name is 1 to 64 letters, digits, '-', '_' or '.'");
        }

        await client.SendAsync(ChatText.Hello(peer), cancel).ConfigureAwait(false);
        return peer;
    }

    private async Task ListenAsync(IClientSocket client, string peer, CancellationToken cancel)
    {
        var mine = clients.GetOrAdd(peer, _ => new ConcurrentDictionary<IClientSocket, bool>());
        mine[client] = true;
        try
        {
            while (await client.ReceiveAsync(Longest, cancel).ConfigureAwait(false) is { } text)
            {
                await client.SendAsync(await HearAsync(peer, text, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            mine.TryRemove(client, out _);
            if (mine.IsEmpty)
            {
                clients.TryRemove(peer, out _);
            }
        }
    }

    private async Task<string> HearAsync(string peer, string text, CancellationToken cancel)
    {
        var word = ChatText.Read(text);
        if (word is not { Type: "message", Text: { Length: > 0 } said })
        {
            return ChatText.Error(word?.Id, "a word is { \"type\": \"message\", \"id\", \"text\" }");
        }

        var id = word.Id ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        if (id.Length > 64)
        {
            return ChatText.Error(null, "an id has at most 64 characters");
        }

        var message = new InboundMessage(
            account,
            $"{peer}/{id}",
            new Peer(PeerKind.Direct, peer),
            new Sender(peer, word.Name),
            said,
            time.GetUtcNow()
        );
        try
        {
            await inbox!.TakeAsync([message], null, cancel).ConfigureAwait(false);
            return ChatText.Taken(id);
        }
        catch (CreelException)
        {
            return ChatText.Error(id, "it can't be kept now; send it again");
        }
    }

    private async Task TellAsync(string peer, string text, CancellationToken cancel)
    {
        try
        {
            foreach (var client in Of(peer))
            {
                await client.SendAsync(text, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The answer itself is there.
        }
    }

    private ICollection<IClientSocket> Of(string peer) => clients.TryGetValue(peer, out var there) ? there.Keys : [];

    private static CreelException Refused(string why) => new(Fault.Refused("webchat-hello", why));
}
