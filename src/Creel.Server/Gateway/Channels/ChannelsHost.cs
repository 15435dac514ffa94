using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Gateway;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>
/// The channels, put together. In order: make it, <see cref="Map"/>, and <see cref="StartAsync"/> when turns can be taken;
/// <see cref="DisposeAsync"/> before what it works with ends.
/// </summary>
public sealed class ChannelsHost : IOutbound, IChannelStates, IAsyncDisposable
{
    private readonly ChannelsParts parts;
    private readonly AccountBook book;
    private readonly Answers answers;
    private readonly Outbox outbox;
    private readonly Strangers strangers;
    private readonly TurnLanes lanes;
    private readonly Typing typing;
    private readonly Drops drops;
    private readonly ChannelRoutes routes;
    private IDisposable? watch;
    private Task looking = Task.CompletedTask;

    public ChannelsHost(ChannelsConfig config, ChannelPorts ports, TimeProvider time, ILogger log)
    {
        parts = new ChannelsParts(config, ports, time, log);
        var door = new AccountBookDoor();
        var media = new Media(parts, door);
        (drops, outbox, typing) = (new Drops(config.DropsKept), new Outbox(parts, door, media), new Typing(parts, door));
        var (overheard, reactions) = (new Overheard(), new Reactions(parts, door));
        (strangers, answers) = (new Strangers(parts, outbox), new Answers(parts, door, outbox, typing, reactions, media));
        lanes = new TurnLanes(parts, answers);
        book = new AccountBook(
            parts,
            account => new Inbox(parts, account, () => book!.Judge, lanes, strangers, drops, overheard, reactions),
            door.TellChanged
        );
        door.Find = book.Find;
        routes = new ChannelRoutes(parts, book, strangers, drops, lanes, outbox, this);
    }

    internal AccountBook Book => book;

    internal TurnLanes Lanes => lanes;

    internal Outbox Out => outbox;

    internal Drops Dropped => drops;

    internal ValueTask<Creel.Core.Channels.PairingRequest?> ApproveAsync(string channel, string? account, string code) =>
        strangers.ApproveAsync(channel, account, code, parts.Stopping.Token);

    public void Map(IEndpointRouteBuilder app) => routes.Map(app);

    /// <summary>Takes up what an earlier serve left, and begins to receive.</summary>
    /// <exception cref="CreelException">The store can't be read.</exception>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        await strangers.LoadAsync(cancel);
        watch = parts.Ports.Turns.Watch(typing.See);

        // What was left comes before what arrives now.
        outbox.Add(await parts.Messages.WaitingAsync(cancel));
        lanes.Add(await parts.Messages.OpenAsync(cancel));
        looking = Task.Run(LookAsync, CancellationToken.None);
    }

    /// <summary>Goes by the habitat in force now; it is looked at by itself twice a second too.</summary>
    public async Task RefreshAsync()
    {
        await strangers.TakeOverAsync(parts.Stopping.Token);
        await book.RefreshAsync();
    }

    /// <summary>What an agent says unasked: by an account, and to a peer, whose messages come to it.</summary>
    /// <exception cref="CreelException">They come to somebody else; or as <see cref="SendAsync"/>.</exception>
    public async ValueTask SayAsync(AgentId agent, ChannelAccount account, OutboundMessage message)
    {
        if (book.Judge?.MaySay(agent, account, message.Peer) != true)
        {
            throw new CreelException(
                Fault.Refused(
                    "not-its-account",
                    $"messages of {message.Peer} on {account} don't come to agent '{agent}', so it may not speak there",
                    "creel agent bind"
                )
            );
        }

        await SendAsync(account, message);
        await parts.Ports.Audit.RecordAsync($"agent:{agent}", "channel.say", $"{account} {message.Peer}", "ok");
    }

    public async ValueTask<int> SendAsync(ChannelAccount account, OutboundMessage message, CancellationToken cancel = default)
    {
        if (book.Find(account) is not { } live)
        {
            throw new CreelException(Fault.NotFound("no-account", $"there is no account {account}", "creel channel list"));
        }

        if (live.Channel is null)
        {
            throw new CreelException(Fault.Unavailable("account-off", $"{account} does not run: {live.Trouble}"));
        }

        var pieces = answers.Pieces(account, message);
        if (pieces.Count == 0)
        {
            throw new CreelException(Fault.Invalid("message-empty", "there is nothing to send in it"));
        }

        await outbox.PostAsync(pieces, cancel);
        return pieces.Count;
    }

    public async ValueTask<IReadOnlyList<Creel.Core.Gateway.ChannelSummary>> ListAsync(bool probe, CancellationToken cancel)
    {
        await book.RefreshAsync();
        var probes = probe ? await Probes.AskAsync(book.All, cancel) : [];
        return [.. book.All.GroupBy(a => a.Id.Channel).Select(c => States.Of(c.Key, [.. c], probes, parts.Ports.Habitat()))];
    }

    public async ValueTask DisposeAsync()
    {
        if (parts.Stopping.IsCancellationRequested)
        {
            return;
        }

        await parts.Stopping.CancelAsync();
        watch?.Dispose();
        await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await outbox.SettleAsync();
        await book.StopAsync();
    }

    private async Task LookAsync()
    {
        using var tick = new PeriodicTimer(parts.Config.Look, parts.Time);
        do
        {
            try
            {
                book.TellTroubles();
                await strangers.TakeOverAsync(parts.Stopping.Token);
                await book.RefreshAsync();
            }
            catch (Exception e)
            {
                parts.Log.LogError(e, "the accounts can't go by the new habitat");
            }
        } while (await tick.WaitForNextTickAsync(parts.Stopping.Token));
    }
}
