namespace Creel.Core;

/// <summary>The one table from a fault to what each kind of caller sees of it.</summary>
public static class FaultTable
{
    /// <summary>The HTTP status.</summary>
    public static int HttpStatus(FaultKind kind) => Row(kind).Http;

    /// <summary>The exit code of <c>creel</c>; <see cref="ExitCodes"/> names them.</summary>
    public static int ExitCode(FaultKind kind) => Row(kind).Exit;

    private static (int Http, int Exit) Row(FaultKind kind) =>
        kind switch
        {
            FaultKind.Invalid => (400, ExitCodes.Invalid),
            FaultKind.Unauthenticated => (401, ExitCodes.Refused),
            FaultKind.Refused => (403, ExitCodes.Refused),
            FaultKind.Misdirected => (421, ExitCodes.Refused),
            FaultKind.NotFound => (404, ExitCodes.NotFound),
            FaultKind.Conflict => (409, ExitCodes.Conflict),
            FaultKind.TooLarge => (413, ExitCodes.Invalid),
            FaultKind.TooMany => (429, ExitCodes.Conflict),
            FaultKind.Unavailable => (503, ExitCodes.Unavailable),
            FaultKind.Missing => (501, ExitCodes.Missing),
            FaultKind.ApplyFailed => (500, ExitCodes.ApplyFailed),
            FaultKind.Timeout => (504, ExitCodes.Timeout),
            FaultKind.Internal => (500, ExitCodes.Negative),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
}
