using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Provisioning;

/// <summary>What a run would destroy, of which nobody keeps another: who asks for it is asked whether it is meant.</summary>
/// <param name="Agents">Taken away with their files and conversations.</param>
/// <param name="Files">An agent's own, or there before us: written over, and not without <c>--overwrite</c>.</param>
/// <param name="Unseen">Gateways that can't be looked at: what would go there is not known.</param>
internal sealed record Losses(IReadOnlyList<string> Agents, IReadOnlyList<string> Files, IReadOnlyList<string> Unseen)
{
    private const int MostNamed = 20;

    public static readonly Losses None = new([], [], []);

    public bool Any => Agents.Count + Files.Count + Unseen.Count > 0;

    /// <param name="then">What would be done.</param>
    /// <param name="kept">The same without writing over anything; null: nothing is written over.</param>
    public static Losses Of(IReadOnlyList<ProvisionPlanView> then, IReadOnlyList<ProvisionPlanView>? kept)
    {
        // What an agent alone has changed is in no plan that leaves it; its token may be put into it without its words being lost.
        IEnumerable<WrittenFile> lost = kept is null ? [] : WrittenIn(then).Except(WrittenIn(kept));
        return new(
            [
                .. then.SelectMany(p =>
                    (p.Leaving ?? []).Where(l => l.Act == "removed").Select(l => $"{l.Agent}, at {GatewayName.Of(p.Gateway)}")
                ),
            ],
            [
                .. lost.GroupBy(f => (f.Gateway, f.Agent), f => f.Name)
                    .Select(a => $"{a.Key.Agent}, at {GatewayName.Of(a.Key.Gateway)}: {string.Join(", ", a)}"),
            ],
            [.. then.Where(p => p.Error is not null).Select(p => GatewayName.Of(p.Gateway))]
        );
    }

    /// <summary>Each is named, and a person says yes.</summary>
    /// <param name="seeAll">What to do where they are too many to name.</param>
    /// <exception cref="UsageException">Nobody can be asked.</exception>
    public Task<bool> AreMeantAsync(Call call, string seeAll, CancellationToken cancel)
    {
        Name(call, Agents, "  - ", seeAll);
        Name(call, Files, "  ~ ", seeAll);
        string?[] what =
        [
            Agents.Count > 0 ? $"Take away {Words.Count(Agents.Count, "agent", "agents")}, with files and conversation?" : null,
            Files.Count > 0 ? $"Replace files of {Words.Count(Files.Count, "agent", "agents")} with ours?" : null,
            Unseen.Count > 0 ? $"Do so at {string.Join(", ", Unseen)}, where nobody can see now what that is?" : null,
        ];
        return call.ConfirmAsync($"{string.Join(' ', what.OfType<string>())} It can't be undone.", cancel);
    }

    private static void Name(Call call, IReadOnlyList<string> lost, string sign, string seeAll)
    {
        foreach (var line in lost.Take(MostNamed))
        {
            call.Note($"{sign}{PlainText.Line(line)}");
        }

        if (lost.Count > MostNamed)
        {
            call.Note($"{sign}and {lost.Count - MostNamed} more: {seeAll}");
        }
    }

    private static IEnumerable<WrittenFile> WrittenIn(IEnumerable<ProvisionPlanView> plans) =>
        from plan in plans
        from agent in plan.Agents ?? []
        from file in agent.Files ?? []
        where file.Act == "write"
        select new WrittenFile(plan.Gateway, agent.Agent, file.Name, file.Why);

    private sealed record WrittenFile(string? Gateway, string Agent, string Name, string Why);
}
