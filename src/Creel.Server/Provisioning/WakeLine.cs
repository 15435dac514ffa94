using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>Brings a wake's message to its agent.</summary>
/// <param name="agent">Whom, and where.</param>
/// <param name="key">A second message of the same key is the same message.</param>
/// <returns>When the message was taken: what comes of it, where that is told here; null: only a check-in tells.</returns>
/// <exception cref="Creel.Core.CreelException">It was not taken.</exception>
public delegate Task<WakeAnswer?> WakeLine(Resident agent, WakeOrder order, string text, string key, CancellationToken cancel);

/// <summary>Asks a gateway elsewhere what became of a message that was taken, and that no call followed.</summary>
/// <param name="key">By which it was sent.</param>
/// <returns>Why its turn failed; null: it did not, or that is not known now. Never throws but for the end of it all.</returns>
public delegate Task<string?> WakeFailure(Resident agent, string key, CancellationToken cancel);

/// <summary>What comes of a message that was taken.</summary>
/// <param name="End">Null: the agent has answered it, which is a sign of it; else why it did not.</param>
public sealed record WakeAnswer(Task<string?> End);
