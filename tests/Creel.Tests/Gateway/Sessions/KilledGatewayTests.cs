using Creel.Core;
using Creel.Core.Sessions;
using Creel.Core.Work;
using static Creel.Tests.Gateway.Sessions.GatewayFixture;

namespace Creel.Tests.Gateway.Sessions;

/// <summary>A gateway that is thrown away before or after any of its effects, in the middle of a burst.</summary>
public class KilledGatewayTests
{
    private const int Messages = 24;

    /// <summary>At each number the world stops for one gateway: nothing that it does after that has any effect.</summary>
    [Fact]
    public async Task Killed_at_any_effect_it_starts_no_turn_twice_and_loses_none()
    {
        var effects = int.MaxValue;
        for (var at = 1; at <= effects; at += 3)
        {
            effects = await BurstAsync(at);
        }

        effects.ShouldBeGreaterThan(Messages);
    }

    private static async Task<int> BurstAsync(int killAt)
    {
        var blade = new Blade(killAt);
        await using var gateway = await StartAsync(g =>
        {
            g.Over = store => new MortalStore(store, blade.Next());
            g.Through = agents => new MortalDispatcher(agents, blade.Current);
            g.Agents.Answer = work => $"to {work.Message}";
        });
        var accepted = new List<string>();
        var restarted = false;
        for (var i = 0; i < Messages; i++)
        {
            var run = $"run-{i}";
            for (var tries = 0; ; tries++)
            {
                try
                {
                    await gateway.SayAsync(
                        $"m{i}",
                        run,
                        $"agent:bart:telegram:direct:{i % 5}",
                        r => r with { Alone = i % 2 == 0 }
                    );
                    accepted.Add(run);
                    break;
                }
                catch (Exception e) when (e is Killed or CreelException && tries < 3)
                {
                    // Who was not answered sends it again, to the next gateway.
                }

                restarted = true;
                await gateway.RestartAsync();
            }

            if (blade.Current.Dead && !restarted)
            {
                restarted = true;
                await gateway.RestartAsync();
            }
        }

        if (blade.Current.Dead)
        {
            await gateway.RestartAsync();
        }

        await Eventually.Until(
            async () =>
            {
                if (blade.Current.Dead)
                {
                    await gateway.RestartAsync();
                }

                return (await gateway.Store.LoadAsync()).Open.Count == 0;
            },
            TimeSpan.FromSeconds(10)
        );
        var heard = gateway.Agents.Given.Select(w => w.Message).ToList();
        for (var i = 0; i < Messages; i++)
        {
            var own = heard.Where(m => m.Split(['\n', ' ']).Contains($"m{i}")).ToList();
            own.Count.ShouldBe(1, $"killed at {killAt}: m{i} was heard {own.Count} times");
            (await gateway.Store.FindAsync($"run-{i}"))!.State.ShouldBeOneOf(TurnState.Ok, TurnState.Joined);
        }

        return blade.Effects;
    }

    private sealed class Killed : Exception;

    /// <summary>Counts effects over all lives; each life has its own edge.</summary>
    private sealed class Blade(int killAt)
    {
        private int count;

        public int Effects => Volatile.Read(ref count);

        public Life Current { get; private set; } = null!;

        public Life Next() => Current = new Life(this);

        public sealed class Life(Blade blade)
        {
            public bool Dead { get; private set; }

            public void Cut()
            {
                if (Dead || Interlocked.Increment(ref blade.count) == blade.At)
                {
                    Dead = true;
                    throw new Killed();
                }
            }
        }

        private int At => killAt;
    }

    private sealed class MortalDispatcher(IDispatcher agents, Blade.Life life) : IDispatcher
    {
        public async ValueTask<TaskTicket> SubmitAsync(TaskRequest request, CancellationToken cancel = default)
        {
            life.Cut();
            var ticket = await agents.SubmitAsync(request, cancel);
            life.Cut();
            return ticket;
        }

        public ValueTask<TaskRecord> CancelAsync(TaskId id, string by, CancellationToken cancel = default) =>
            agents.CancelAsync(id, by, cancel);
    }

    private sealed class MortalStore(ISessionStore store, Blade.Life life) : ISessionStore
    {
        public ValueTask<SessionsKept> LoadAsync(CancellationToken cancel = default) => store.LoadAsync(cancel);

        public async ValueTask<bool> WriteAsync(SessionWrite write, CancellationToken cancel = default)
        {
            life.Cut();
            var written = await store.WriteAsync(write, cancel);
            life.Cut();
            return written;
        }

        public ValueTask<TurnRecord?> FindAsync(string runId, CancellationToken cancel = default) =>
            store.FindAsync(runId, cancel);

        public ValueTask<int> PruneAsync(DateTimeOffset before, int keep, CancellationToken cancel = default) => new(0);
    }
}
