using System.Globalization;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>
/// Wakes and check-ins of one agent, as rules from a state and what happens to the next state. Nothing of it can last for ever: an awaited
/// agent is online when it calls, and offline after three wakes at most.
/// </summary>
public static class CheckIns
{
    public const int MostWakes = 3;

    /// <summary>
    /// So long after a heartbeat was due an agent is offline. The rule is the original's, which counts these ten minutes from the last sign: an
    /// agent whose heartbeat comes each ten minutes was offline every now and then.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>
    /// What is known of it in that habitat. Of one of its name in another it has the generation alone: no message is to be taken for an older one.
    /// </summary>
    /// <param name="habitat">Null: none is up.</param>
    public static CheckInState In(CheckInState state, string? habitat) =>
        habitat is null || state.Habitat == habitat ? state
        : state.Habitat is null ? state with { Habitat = habitat }
        : Left(state) with { Habitat = habitat };

    /// <summary>
    /// It lives there no more. Its generation stays: who is made again by that name is not told what was told before, as the same message, and
    /// what comes late of its former life is not its own.
    /// </summary>
    public static CheckInState Left(CheckInState state) =>
        new(state.Resident) { Habitat = state.Habitat, Generation = state.Generation };

    /// <summary>A new generation, with its first message on its way. First words that it may not have heard are in this one too.</summary>
    public static CheckInState Woken(CheckInState state, WakeOrder order, DateTimeOffset now) =>
        state with
        {
            Standing = CheckInStanding.Awaited,
            Generation = state.Generation + 1,
            Order =
                state.Standing == CheckInStanding.Online
                    ? order
                    : order with
                    {
                        FirstWords = order.FirstWords ?? state.Order?.FirstWords,
                    },
            Wakes = 1,
            Sent = false,
            Due = now + order.Limit,
            Why = null,
        };

    /// <summary>The last message was taken.</summary>
    public static CheckInState Sent(CheckInState state, long generation, DateTimeOffset now) =>
        Awaits(state, generation) ? state with { Sent = true, Due = now + state.Order!.Limit, Why = null } : state;

    /// <summary>It was not: that is a wake like any other, and the next one is tried when it is due.</summary>
    public static CheckInState NotSent(CheckInState state, long generation, string why, DateTimeOffset now) =>
        Awaits(state, generation) ? state with { Sent = true, Due = now + state.Order!.Limit, Why = why } : state;

    /// <summary>A message of this generation was taken, and its turn came to nothing: that is why no call follows.</summary>
    public static CheckInState Failed(CheckInState state, long generation, string why) =>
        state.Generation != generation || state.Order is null ? state
        : state.Standing == CheckInStanding.Awaited ? state with { Why = why }
        : state is { Standing: CheckInStanding.Offline, Wakes: MostWakes }
            ? state with
            {
                Why = GivenUp(state with { Why = why }),
            }
        : state;

    /// <summary>The time is over in which the agent was to call after a message that was taken.</summary>
    public static bool IsLate(CheckInState state, DateTimeOffset now) =>
        state is { Standing: CheckInStanding.Awaited, Sent: true } && now >= state.Due;

    /// <summary>It has called us, whatever for.</summary>
    public static CheckInState Seen(CheckInState state, DateTimeOffset now) =>
        state with
        {
            Standing = CheckInStanding.Online,
            LastSeen = now,
            Due = null,
            Why = null,
        };

    /// <summary>What time brings.</summary>
    /// <returns>With <see cref="CheckInState.Sent"/> false, and more wakes than before: another message is to be sent.</returns>
    public static CheckInState Tick(CheckInState state, DateTimeOffset now)
    {
        state = Clocked(state, now);
        return state.Standing switch
        {
            CheckInStanding.Awaited when state.Sent && now >= state.Due => state.Wakes < MostWakes
                ? state with
                {
                    Wakes = state.Wakes + 1,
                    Sent = false,
                    Due = now + state.Order!.Limit,
                }
                : state with
                {
                    Standing = CheckInStanding.Offline,
                    Due = null,
                    Why = GivenUp(state),
                },
            CheckInStanding.Online when state.Order?.Beat is { } beat && now - state.LastSeen > beat + Grace => state with
            {
                Standing = CheckInStanding.Offline,
                Why = $"no sign of it for {Words(beat + Grace)}, though its heartbeat comes each {Words(beat)}",
            },
            _ => state,
        };
    }

    /// <summary>What a message is known by: sent again, it is the same one.</summary>
    public static string Key(CheckInState state) =>
        string.Create(CultureInfo.InvariantCulture, $"creel-wake-{state.Agent}-{state.Generation}-{state.Wakes}");

    /// <summary>A clock that was set back must not have anybody wait for longer than he would have.</summary>
    private static CheckInState Clocked(CheckInState state, DateTimeOffset now)
    {
        if (state.LastSeen > now)
        {
            state = state with { LastSeen = now };
        }

        return state is { Due: { } due, Order: { } order } && due - now > order.Limit
            ? state with
            {
                Due = now + order.Limit,
            }
            : state;
    }

    private static bool Awaits(CheckInState state, long generation) =>
        state.Generation == generation && state is { Standing: CheckInStanding.Awaited, Order: not null };

    private static string GivenUp(CheckInState state) =>
        state.Why is { } why
            ? $"it was called {state.Wakes} times, and the last time in vain: {why}"
            : $"it was called {state.Wakes} times, and did not check in within {Words(state.Order!.Limit)} of the last";

    private static string Words(TimeSpan time) =>
        time.TotalMinutes >= 2
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
