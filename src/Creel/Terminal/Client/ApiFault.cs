using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;

namespace Creel.Terminal.Client;

/// <summary>Faults back from the wire: status, <c>{error, code, remedy}</c>, and the problems of a habitat where there are any.</summary>
internal static class ApiFault
{
    private sealed record Body(string? Error, string? Code, string? Remedy, IReadOnlyList<Problem>? Problems);

    public static Exception Of(int status, ReadOnlySpan<byte> body, string what)
    {
        var parsed = Parse(body);
        if (parsed?.Problems is { Count: > 0 } problems)
        {
            return new HabitatException([
                .. problems.Select(p => p with { File = p.File ?? "", Path = p.Path ?? "", Message = p.Message ?? "" }),
            ]);
        }

        var kind = Kind(status, parsed?.Code);
        var message = PlainText.Line(parsed?.Error ?? $"the server answered {what} with status {status}");
        var remedy =
            kind == FaultKind.NotFound && Command(parsed?.Code) is { } command ? command
            : parsed?.Remedy is { } said ? PlainText.Line(said)
            : kind == FaultKind.Unauthenticated ? "is --home the folder of that server?"
            : null;
        return new CreelException(new Fault(kind, parsed?.Code ?? $"http-{status}", message, remedy));
    }

    public static FaultKind Kind(int status, string? code) =>
        status switch
        {
            400 or 405 or 415 or 422 => FaultKind.Invalid,
            401 => FaultKind.Unauthenticated,
            403 => FaultKind.Refused,
            404 or 410 => FaultKind.NotFound,
            408 or 504 => FaultKind.Timeout,
            409 or 412 => FaultKind.Conflict,
            413 => FaultKind.TooLarge,
            421 => FaultKind.Misdirected,
            429 => FaultKind.TooMany,
            501 => FaultKind.Missing,
            502 or 503 => FaultKind.Unavailable,
            500 when code?.StartsWith("apply", StringComparison.Ordinal) == true => FaultKind.ApplyFailed,
            _ => FaultKind.Internal,
        };

    /// <summary>The server's remedies name routes, which are for programs; a person types commands.</summary>
    private static string? Command(string? code) =>
        code switch
        {
            "agent-not-found" or "agent" => "see who is there: creel agent list",
            "task-not-found" => "see them: creel task list; finished ones are kept for 7 days",
            "letter-not-found" => "see them: creel task dead list",
            "habitat" => "bring one up: creel up FILE",
            _ => null,
        };

    private static Body? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<Body>(body, CliJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A habitat that can't be applied, with everything that is wrong in it.</summary>
internal sealed class HabitatException(IReadOnlyList<Problem> problems) : Exception("the habitat is not valid")
{
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
