using System.Collections.Concurrent;
using System.Security.Cryptography;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Server.Audits;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>Who was let in by a code, and the way in.</summary>
internal sealed class Strangers(ChannelsParts parts, Outbox outbox)
{
    private readonly ConcurrentDictionary<PairedSender, bool> paired = new();
    private readonly ConcurrentDictionary<string, bool> seen = new(StringComparer.Ordinal);

    public async Task LoadAsync(CancellationToken cancel)
    {
        foreach (var sender in await parts.Ports.Pairings.PairedAsync(cancel))
        {
            paired[sender] = true;
        }
    }

    /// <summary>
    /// Whom an OpenClaw had let in, whose configuration is up now, is let in here too: once, so that who is put out again stays out.
    /// </summary>
    public async Task TakeOverAsync(CancellationToken cancel)
    {
        if (parts.Ports.Habitat()?.StateFolder is not { } state || !seen.TryAdd(state, true))
        {
            return;
        }

        try
        {
            var mark = $"openclaw-pairings {state}";
            if (await parts.Messages.MarkAsync(mark, cancel) is not null)
            {
                return;
            }

            var known = parts.Ports.OldPairings(state);
            await parts.Ports.Pairings.AdmitAsync(known, parts.Now, cancel);
            foreach (var sender in known)
            {
                paired[sender] = true;
                var detail = AuditDetail.Of(("sender", sender.Sender), ("from", state));
                await parts.Ports.Audit.RecordAsync("creel", "pairing.take-over", sender.Account.ToString(), "ok", detail);
            }

            var waiting = await TakeOverWaitingAsync(state, cancel);
            await parts.Messages.KeepAsync([], new ReadMark(mark, "taken"), cancel);
            if (known.Count > 0)
            {
                parts.Log.LogInformation(
                    "{Count} senders whom the OpenClaw in {State} had let in by a code are let in here too: creel pairing list",
                    known.Count,
                    state
                );
            }

            if (waiting > 0)
            {
                parts.Log.LogInformation(
                    "{Count} strangers keep the codes that the OpenClaw in {State} had told them",
                    waiting,
                    state
                );
            }
        }
        catch (CreelException e)
        {
            seen.TryRemove(state, out _);
            parts.Log.LogWarning("whom the OpenClaw in {State} had let in is not known: {Fault}", state, e.Fault);
        }
    }

    /// <summary>Who waits there with a code waits here with the same, as long as it lives: he was told it, and is not told another.</summary>
    private async ValueTask<int> TakeOverWaitingAsync(string state, CancellationToken cancel)
    {
        var (now, taken) = (parts.Now, 0);
        foreach (var wish in parts.Ports.OldWaiting(state).Where(w => w.CreatedAt <= now && Pairing.Lives(w, now)))
        {
            if (
                !IsPaired(wish.Account, wish.Sender)
                && await parts.Ports.Pairings.AskAsync(wish with { SeenAt = now }, cancel) == PairingAnswer.Added
            )
            {
                var detail = AuditDetail.Of(("sender", wish.Sender), ("from", state));
                await parts.Ports.Audit.RecordAsync("creel", "pairing.take-over", wish.Account.ToString(), "waits", detail);
                taken++;
            }
        }

        return taken;
    }

    public IEnumerable<PairedSender> Paired => paired.Keys.OrderBy(p => p.ToString(), StringComparer.Ordinal);

    public bool IsPaired(ChannelAccount account, string sender) => paired.ContainsKey(new PairedSender(account, sender));

    /// <summary>A stranger gets a code, once; when too many wait, he gets nothing.</summary>
    public async ValueTask ChallengeAsync(LiveAccount account, InboundMessage message, CancellationToken cancel)
    {
        var now = parts.Now;
        var code = Pairing.Code(RandomNumberGenerator.GetBytes(Pairing.CodeLength));
        var name = message.Sender.Name ?? message.Sender.Username;
        var wish = new PairingRequest(account.Id, message.Sender.Id, name, code, now, now);
        var answer = await parts.Ports.Pairings.AskAsync(wish, cancel);
        account.NoteDropped();
        if (answer != PairingAnswer.Added)
        {
            return;
        }

        await parts.Ports.Audit.RefusedAsync(
            $"channel:{account.Id}",
            "pairing.ask",
            "gateway",
            AuditDetail.Of(("sender", message.Sender.Id)),
            message.Sender.Id
        );
        var reply = new OutboundMessage(message.Peer, Pairing.Challenge(wish)) { ThreadId = message.ThreadId };
        await outbox.PostAsync([new OutboundPiece(0, account.Id, reply)], cancel);
    }

    /// <returns>Null: nobody waits with this code.</returns>
    public async ValueTask<PairingRequest?> ApproveAsync(string channel, string? account, string code, CancellationToken cancel)
    {
        var request = await parts.Ports.Pairings.ApproveAsync(channel, account, code, parts.Now, cancel);
        if (request is not null)
        {
            paired[new PairedSender(request.Account, request.Sender)] = true;
            await parts.Ports.Audit.RecordAsync(
                "admin",
                "pairing.approve",
                request.Account.ToString(),
                "ok",
                AuditDetail.Of(("sender", request.Sender))
            );
            var peer = new Creel.Core.Routing.Peer(Creel.Core.Routing.PeerKind.Direct, request.Sender);
            await outbox.PostAsync(
                [new OutboundPiece(0, request.Account, new OutboundMessage(peer, "You may write to me now."))],
                cancel
            );
        }

        return request;
    }

    public async ValueTask<bool> ForgetAsync(ChannelAccount account, string sender, CancellationToken cancel)
    {
        var there = await parts.Ports.Pairings.ForgetAsync(account, sender, cancel);
        paired.TryRemove(new PairedSender(account, sender), out _);
        if (there)
        {
            await parts.Ports.Audit.RecordAsync(
                "admin",
                "pairing.remove",
                account.ToString(),
                "ok",
                AuditDetail.Of(("sender", sender))
            );
        }

        return there;
    }
}
