using Creel.Commands.Views;
using Creel.Core.Isolation;

namespace Creel.Roots.Checks;

/// <summary>Boots a probe by each driver. Not every machine has every one; the default level has to have one.</summary>
internal static class DriverChecks
{
    public static async Task<IReadOnlyList<CheckView>> OfAsync(string home, CancellationToken cancel) =>
        Of(await DriverProofs.TakeAsync(home, cancel));

    public static IReadOnlyList<CheckView> Of(IReadOnlyList<DriverFingerprint> proofs)
    {
        var session = proofs.Any(p => p is { Level: IsolationLevel.Session, Works: true });
        return
        [
            .. proofs.Select(p =>
                Driver(p, needed: p.Level == IsolationLevel.None || (p.Level == IsolationLevel.Session && !session))
            ),
            Groups(proofs),
        ];
    }

    private static CheckView Driver(DriverFingerprint proof, bool needed) =>
        proof.Works
            ? CheckView.Fine(proof.Driver, string.Join("; ", proof.Notes.Prepend(proof.Sentence).Take(2)))
            : new CheckView(proof.Driver, needed ? CheckState.Missing : CheckState.Warning, proof.Sentence, proof.Remedy);

    private static CheckView Groups(IReadOnlyList<DriverFingerprint> proofs)
    {
        const string Name = "control groups";
        var limits = proofs.FirstOrDefault(p => p.Driver == "host")?.Limits ?? EnforcedLimits.No;
        var open = limits.Open;
        return open.Count == 0
            ? CheckView.Fine(Name, "memory, cpu and pids can be limited")
            : new CheckView(
                Name,
                CheckState.Warning,
                $"no limit on {string.Join(", ", open)} can be enforced by Creel itself",
                "run creel serve as root, or delegate a control group to it: systemd-run --user --scope -p Delegate=yes creel serve"
            );
    }
}
