using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>Why a unit did not start, in systemd's own words.</summary>
internal static class UnitFailure
{
    private static readonly (string Said, string Remedy)[] Known =
    [
        ("user namespace", StartFailure.UserNamespaces),
        ("mount namespacing: Permission denied", StartFailure.AppArmor),
    ];

    /// <param name="said">What <c>systemctl start</c> said.</param>
    public static async Task<CreelException> OfAsync(
        CellSpec spec,
        string unit,
        string? invocation,
        string said,
        CancellationToken cancel
    )
    {
        var words = invocation is null ? null : await JournalAsync(invocation, cancel).ConfigureAwait(false);
        var why = words ?? CellFiles.LastLine(said);
        var remedy = Known.FirstOrDefault(known => why.Contains(known.Said, StringComparison.Ordinal)).Remedy;
        return new CreelException(
            new Fault(FaultKind.ApplyFailed, "cell-start", $"cell {spec.Id} did not start: {why}", remedy ?? $"Read {Hint(unit)}")
        );
    }

    /// <summary>The command that shows the log of a unit.</summary>
    public static string Hint(string unit) => UnixUser.IsRoot ? $"journalctl --unit={unit}" : $"journalctl --user --unit={unit}";

    // Of what systemd says about the run, the line with the cause: later ones tell only that it failed.
    private static async Task<string?> JournalAsync(string invocation, CancellationToken cancel)
    {
        if (HostTools.Find("journalctl") is not { } program)
        {
            return null;
        }

        var field = UnixUser.IsRoot ? "INVOCATION_ID" : "USER_INVOCATION_ID";
        var answer = await Systemctl
            .RunAsync(
                program,
                [
                    "--no-pager",
                    "--quiet",
                    "--output=cat",
                    "--lines=50",
                    $"{field}={invocation}",
                    "+",
                    $"_SYSTEMD_INVOCATION_ID={invocation}",
                ],
                cancel
            )
            .ConfigureAwait(false);
        var lines = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.FirstOrDefault(line => line.Contains(": Failed to ", StringComparison.Ordinal)) is { } cause
            ? CellFiles.LastLine(cause)
            : null;
    }
}
