namespace Creel.Core;

/// <summary>What went wrong, for a person: the cause, the place, and what to do.</summary>
/// <param name="Kind">Decides the HTTP status and the exit code (<see cref="FaultTable"/>).</param>
/// <param name="Code">Stable, in kebab case, for programs.</param>
/// <param name="Message">One sentence with the cause and the place. Never a secret, never a stack trace.</param>
/// <param name="Remedy">What to do about it, as an instruction; null where the message says it all.</param>
public sealed record Fault(FaultKind Kind, string Code, string Message, string? Remedy = null)
{
    public static Fault Invalid(string code, string message, string? remedy = null) =>
        new(FaultKind.Invalid, code, message, remedy);

    public static Fault NotFound(string code, string message, string? remedy = null) =>
        new(FaultKind.NotFound, code, message, remedy);

    public static Fault Conflict(string code, string message, string? remedy = null) =>
        new(FaultKind.Conflict, code, message, remedy);

    public static Fault Refused(string code, string message, string? remedy = null) =>
        new(FaultKind.Refused, code, message, remedy);

    public static Fault Unavailable(string code, string message, string? remedy = null) =>
        new(FaultKind.Unavailable, code, message, remedy);

    public static Fault Missing(string code, string message, string? remedy = null) =>
        new(FaultKind.Missing, code, message, remedy);

    public override string ToString() => Remedy is null ? Message : $"{Message}. {Remedy}";
}
