namespace Creel.Core.Channels;

/// <summary>Who was let in by a code, and who waits to be.</summary>
public interface IPairingStore
{
    /// <summary>Those that wait, oldest first; none whose time is over.</summary>
    ValueTask<IReadOnlyList<PairingRequest>> WaitingAsync(DateTimeOffset now, CancellationToken cancel = default);

    /// <summary>By the rules of <see cref="Pairing.Ask"/>, in one step.</summary>
    ValueTask<PairingAnswer> AskAsync(PairingRequest wish, CancellationToken cancel = default);

    /// <summary>Lets in whom a code belongs to.</summary>
    /// <param name="code">In any case.</param>
    /// <param name="account">Null: whichever account of the messenger's he asked.</param>
    /// <returns>Null: nobody waits with this code.</returns>
    ValueTask<PairingRequest?> ApproveAsync(
        string channel,
        string? account,
        string code,
        DateTimeOffset now,
        CancellationToken cancel = default
    );

    /// <summary>Lets in who was let in elsewhere.</summary>
    ValueTask AdmitAsync(IReadOnlyList<PairedSender> senders, DateTimeOffset now, CancellationToken cancel = default);

    /// <summary>All that were let in.</summary>
    ValueTask<IReadOnlyList<PairedSender>> PairedAsync(CancellationToken cancel = default);

    /// <returns>False: he was not let in.</returns>
    ValueTask<bool> ForgetAsync(ChannelAccount account, string sender, CancellationToken cancel = default);
}

public sealed record PairedSender(ChannelAccount Account, string Sender);
