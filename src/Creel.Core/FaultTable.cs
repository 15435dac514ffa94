namespace Creel.Core;

/// <summary>The one table from a fault to what each kind of caller sees of it.</summary>
public static class FaultTable
{
    /// <summary>The HTTP status.</summary>
    public static int HttpStatus(FaultKind kind) => Row(kind).Http;

    /// <summary>The WebSocket close code: the registered ones where they fit, else 4000 and up.</summary>
    public static int CloseCode(FaultKind kind) => Row(kind).Close;

    /// <summary>The exit code of <c>creel</c>; <see cref="ExitCodes"/> names them.</summary>
    public static int ExitCode(FaultKind kind) => Row(kind).Exit;

    private static (int Http, int Close, int Exit) Row(FaultKind kind) =>
        kind switch
        {
            FaultKind.Invalid => (400, 1007, ExitCodes.Invalid),
            FaultKind.Unauthenticated => (401, 1008, ExitCodes.Refused),
            FaultKind.Refused => (403, 1008, ExitCodes.Refused),
            FaultKind.Misdirected => (421, 1008, ExitCodes.Refused),
            FaultKind.NotFound => (404, 4004, ExitCodes.NotFound),
            FaultKind.Conflict => (409, 4009, ExitCodes.Conflict),
            FaultKind.TooLarge => (413, 1009, ExitCodes.Invalid),
            FaultKind.TooMany => (429, 1013, ExitCodes.Conflict),
            FaultKind.Unavailable => (503, 1012, ExitCodes.Unavailable),
            FaultKind.Missing => (501, 1011, ExitCodes.Missing),
            FaultKind.ApplyFailed => (500, 1011, ExitCodes.ApplyFailed),
            FaultKind.Timeout => (504, 4008, ExitCodes.Timeout),
            FaultKind.Internal => (500, 1011, ExitCodes.Negative),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
}
