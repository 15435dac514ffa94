using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>
/// Which limits hold for units of this systemd, found by looking at the control groups of one: in some containers, and for
/// users without delegated controllers, systemd takes a limit and does nothing. Found once.
/// </summary>
internal sealed class LimitProof(LinuxOptions linux, Systemctl systemctl)
{
    private static readonly ResourceLimits Tried = new(new Limit(64 << 20, false), new Limit(1, false), new Limit(64, false));

    private readonly SemaphoreSlim gate = new(1);
    private IReadOnlyList<UnmetLimit>? found;

    /// <exception cref="CreelException">A limit that a person wrote out would not hold.</exception>
    public async Task RefuseUnmetAsync(CellSpec spec, CancellationToken cancel)
    {
        var wanted = new (string Name, Limit? Limit)[]
        {
            ("memory", spec.Limits.Memory),
            ("cpu", spec.Limits.Cpu),
            ("pids", spec.Limits.Pids),
        };
        foreach (var (name, written) in wanted.Where(one => one.Limit is { Written: true }))
        {
            var limit = written!.Value;
            var why =
                limit.Value <= 0
                    ? "it is not above zero"
                    : (await TakeAsync(cancel).ConfigureAwait(false)).FirstOrDefault(unmet => unmet.Name == name)?.Why;
            if (why is not null)
            {
                throw new CreelException(Cgroups.Refusal(spec.Group, new UnmetLimit(name, limit, why)));
            }
        }
    }

    /// <summary>The limits that do not hold, each with the reason.</summary>
    public async Task<IReadOnlyList<UnmetLimit>> TakeAsync(CancellationToken cancel)
    {
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return found ??= await TryAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<IReadOnlyList<UnmetLimit>> TryAsync(CancellationToken cancel)
    {
        var unit = $"creel-{ProbeCell.NewId()}.service";
        IEnumerable<string> properties =
        [
            "Type=exec",
            $"Slice={linux.ControlGroup}.slice",
            "MemoryAccounting=yes",
            "CPUAccounting=yes",
            "TasksAccounting=yes",
            .. UnitLimits.Lines(Tried),
        ];
        var answer = await Systemctl
            .OtherAsync(
                "systemd-run",
                cancel,
                [
                    "--quiet",
                    "--collect",
                    "--no-ask-password",
                    $"--unit={unit}",
                    .. properties.Select(p => "--property=" + p),
                    "sleep",
                    "60",
                ]
            )
            .ConfigureAwait(false);
        if (answer.Code != 0)
        {
            throw new CreelException(Fault.Unavailable("systemd", $"systemd makes no unit: {CellFiles.LastLine(answer.Error)}"));
        }

        try
        {
            var state = await systemctl.ShowAsync(unit, cancel).ConfigureAwait(false);
            return UnitLimits.Unmet(UnitCgroups.Of(state.ControlGroup), Tried);
        }
        finally
        {
            await systemctl.AskAsync(CancellationToken.None, "kill", "--signal=KILL", "--", unit).ConfigureAwait(false);
            await systemctl.AskAsync(CancellationToken.None, "stop", "--", unit).ConfigureAwait(false);
        }
    }
}
