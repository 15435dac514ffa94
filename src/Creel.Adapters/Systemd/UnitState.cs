using System.Globalization;

namespace Creel.Adapters.Systemd;

/// <summary>What systemd says of a unit.</summary>
/// <param name="Active"><c>active</c>, <c>activating</c>, <c>deactivating</c>, <c>inactive</c>, <c>failed</c>.</param>
/// <param name="Main">The pid of its first program; 0 where none runs.</param>
/// <param name="LastMain">The same, also when it has ended.</param>
/// <param name="ExitCode">As in waitid(2): 1 exited, 2 killed, 3 dumped; 0 not yet.</param>
/// <param name="ExitStatus">The exit code or the signal's number.</param>
/// <param name="ControlGroup">Below each hierarchy; empty where it has none now.</param>
/// <param name="Stale">The file was changed since systemd read it.</param>
internal sealed record UnitState(
    string Active,
    int Main,
    int LastMain,
    int ExitCode,
    int ExitStatus,
    string? Invocation,
    string ControlGroup,
    bool Stale
)
{
    public const string Properties =
        "ActiveState,MainPID,ExecMainPID,ExecMainCode,ExecMainStatus,InvocationID,ControlGroup,NeedDaemonReload";

    public bool IsUp => Active is not ("inactive" or "failed");

    public static UnitState Parse(string text)
    {
        var values = text.Split('\n')
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0])
            .ToDictionary(group => group.Key, group => group.Last()[1]);
        return new UnitState(
            values.GetValueOrDefault("ActiveState", "inactive"),
            Number("MainPID"),
            Number("ExecMainPID"),
            Number("ExecMainCode"),
            Number("ExecMainStatus"),
            values.GetValueOrDefault("InvocationID") is { Length: > 0 } invocation ? invocation : null,
            values.GetValueOrDefault("ControlGroup", ""),
            values.GetValueOrDefault("NeedDaemonReload") == "yes"
        );

        int Number(string name) =>
            int.TryParse(values.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
