using Creel.Core;

namespace Creel.Commands.Provisioning;

/// <summary>Before a run that may destroy something: what would go is looked for, named and asked for; and of a habitat that is wrong none of it is done.</summary>
internal sealed class ProvisionConsent(Call call, ProvisionFlags flags, UnheededFiles files)
{
    public static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(5);

    /// <exception cref="CreelException">The habitat is wrong, and something would go.</exception>
    /// <exception cref="UsageException">Something would go, and nobody can be asked.</exception>
    public async Task<bool> ForRunAsync(bool prune, bool yes, CancellationToken cancel)
    {
        var overwrites = call.Value(flags.Overwrite);
        if (!prune && !overwrites || yes && !files.Wrong)
        {
            return true;
        }

        var then = await LookAsync(prune, overwrites, cancel);
        var lost = Losses.Of(then, overwrites ? await LookAsync(prune: false, overwrites: false, cancel) : null);
        if (lost.Any && files.Wrong)
        {
            throw files.Refusal("so nobody is taken away, and nothing that is an agent's is written over");
        }

        return !lost.Any || yes || await lost.AreMeantAsync(call, "add --plan to see all", cancel);
    }

    /// <summary>Also what is not lost is not brought up to date from a habitat that is wrong.</summary>
    /// <exception cref="CreelException">The habitat is wrong, and something would be touched.</exception>
    /// <exception cref="UsageException">Something would go, and nobody can be asked.</exception>
    public async Task<bool> ForSyncAsync(bool main, bool yes, CancellationToken cancel)
    {
        var overwrites = call.Value(flags.Overwrite);
        if (!files.Wrong && (!overwrites || yes))
        {
            return true;
        }

        var then = Theirs(await LookAsync(prune: false, overwrites, cancel), main);
        if (files.Wrong && then.Any(p => p.Error is not null || p.Agents?.Any(a => a.Work) == true))
        {
            throw files.Refusal("so nothing is brought up to date with it");
        }

        var lost = overwrites
            ? Losses.Of(then, Theirs(await LookAsync(prune: false, overwrites: false, cancel), main))
            : Losses.None;
        // A sync has no plan of its own.
        var seeAll = $"see all with: creel provision --gateway {call.Value(flags.Gateway)} --overwrite --plan";
        return !lost.Any || yes || await lost.AreMeantAsync(call, seeAll, cancel);
    }

    /// <summary>Those who are there already: nobody else is brought up to date.</summary>
    private static List<ProvisionPlanView> Theirs(IEnumerable<ProvisionPlanView> plans, bool main) =>
        [.. plans.Select(p => p with { Agents = [.. (p.Agents ?? []).Where(a => !a.Creates && (main || !a.Main))] })];

    private async Task<IReadOnlyList<ProvisionPlanView>> LookAsync(bool prune, bool overwrites, CancellationToken cancel)
    {
        var body = flags.Body(call, prune, overwrites: overwrites);
        var answer = await call.Client.SendAsync(HttpMethod.Post, "provision/plan", body, cancel, LongestLook);
        return Call.Read<ProvisionPlansView>(answer).Gateways;
    }
}
