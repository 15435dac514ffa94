namespace Creel.Core.Sessions;

/// <summary>What who asks for a turn gets: its state at once, its end when there is one.</summary>
/// <param name="Repeated">The turn was there already, and nothing was started.</param>
/// <param name="Completion">Completes with the end; never faults.</param>
public sealed record TurnTicket(TurnView View, bool Repeated, Task<TurnView> Completion);
