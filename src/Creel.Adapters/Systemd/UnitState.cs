using System.Globalization;

namespace Creel.Adapters.Systemd;

/// <summary>What systemd says of a unit.</summary>
/// <param name="Active"><c>active</c>, <c>activating</c>, <c>deactivating</c>, <c>inactive</c>, <c>failed</c>.</param>
/// <param name="Main">The pid of its first program; 0 where none runs.</param>
/// <param name="Stale">The file was changed since systemd read it.</param>
internal sealed record UnitState(string Active, string Result, int Main, string? Invocation, bool Stale, string ExitStatus)
{
    public const string Properties = "ActiveState,Result,MainPID,InvocationID,NeedDaemonReload,ExecMainStatus";

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
            values.GetValueOrDefault("Result", ""),
            int.TryParse(values.GetValueOrDefault("MainPID"), CultureInfo.InvariantCulture, out var pid) ? pid : 0,
            values.GetValueOrDefault("InvocationID") is { Length: > 0 } invocation ? invocation : null,
            values.GetValueOrDefault("NeedDaemonReload") == "yes",
            values.GetValueOrDefault("ExecMainStatus", "")
        );
    }
}
