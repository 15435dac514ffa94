using Creel.Adapters.Files;
using Creel.Adapters.Loopback;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.Sqlite;
using Creel.Adapters.Telegram;
using Creel.Adapters.WebChat;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Sessions;
using Creel.Server.Audits;
using Creel.Server.Cells;
using Creel.Server.Gateway.Channels;
using Creel.Server.Gateway.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Roots;

/// <summary>Messengers: what comes in by them becomes turns, and what agents say goes out.</summary>
internal static class ChannelsRoot
{
    /// <summary>The variables of OpenClaw's that a login is read from, without being named to serve.</summary>
    private static readonly string[] Logins = ["TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN"];

    /// <summary>Those that there is an adapter for.</summary>
    public static IReadOnlyList<IChannelKind> Kinds(TimeProvider time) =>
        [new TelegramKind(time), new WebChatKind(time), new LoopbackKind()];

    /// <param name="named">The variables that serve may hand to a habitat.</param>
    public static ChannelsHost Create(
        CreelHome home,
        IEnumerable<string> named,
        CellsHost cells,
        SessionsHost sessions,
        SqliteStore store,
        AuditTrail audit,
        TimeProvider time,
        ILoggerFactory logs
    ) =>
        new(
            new ChannelsConfig(),
            new ChannelPorts(
                Kinds(time),
                store.Messages,
                store.Pairings,
                new AccountTokenFiles(home.TokenFolder),
                sessions.Turns,
                sessions.Sessions,
                () => cells.Habitat,
                Surroundings.Only([.. named, .. Logins]),
                audit
            )
            {
                Answer = sessions.AnswerAsync,
                Media = new WorkspaceMedia(cells.Place),
                OldWaiting = state => OldPairings.Waiting(state, Kinds(time)),
                OldPairings = state => OldCredentials.Paired(state, Kinds(time)),
            },
            time,
            logs.CreateLogger("channels")
        );

    /// <summary>How an agent's words get to a conversation without having been asked for.</summary>
    public static Func<AgentId, TurnOrigin, string, Task> Delivery(ChannelsHost channels) =>
        async (agent, to, text) =>
            await channels.SayAsync(
                agent,
                ChannelAccount.Of(to.Channel, to.AccountId),
                new OutboundMessage(to.Peer!, text) { ThreadId = to.ThreadId }
            );
}
