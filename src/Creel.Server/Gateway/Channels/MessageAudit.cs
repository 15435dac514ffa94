using Creel.Core;
using Creel.Core.Channels;
using Creel.Server.Audits;

namespace Creel.Server.Gateway.Channels;

/// <summary>What came of a message, in the audit: on whose account, from whom, in which session. Never what it says.</summary>
internal static class MessageAudit
{
    public static ValueTask RecordAsync(AuditTrail audit, InboundTurn turn, string action, string? run) =>
        audit.RecordAsync(
            $"channel:{turn.Account}",
            action,
            $"agent:{turn.Agent}",
            "ok",
            AuditDetail.Of(
                ("sender", turn.Origin.SenderId),
                ("name", PlainLine.OrNull(turn.Origin.SenderName)),
                ("peer", turn.Origin.Peer?.ToString()),
                ("session", turn.SessionKey),
                ("message", turn.MessageId),
                ("run", run)
            )
        );
}
