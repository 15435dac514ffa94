using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Terminal;
using Creel.Terminal.Client;

namespace Creel.Commands;

/// <summary>
/// How an end that is not a bug looks, and its exit code: two lines on standard error for people; with <c>--json</c> one object
/// on standard output instead.
/// </summary>
internal sealed class ErrorReport(CommandIo io, bool json)
{
    private const int BrokenPipe = 141;

    private sealed record Body(
        string Code,
        string Message,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Remedy,
        int ExitCode,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Problem>? Problems = null
    );

    public static bool Knows(Exception e) =>
        e is CreelException or HabitatException or UsageException or OperationCanceledException or BrokenPipeException;

    public int Write(Exception e, ParseResult parsed)
    {
        switch (e)
        {
            case CreelException { Fault: var fault }:
                return Say(fault.Code, fault.Message, fault.Remedy, FaultTable.ExitCode(fault.Kind));
            case HabitatException { Problems: var problems } when json:
                return Print(new Body("habitat", Errors(problems), null, ExitCodes.Invalid, problems));
            case HabitatException { Problems: var problems }:
                Problems(io.Error, problems);
                return ExitCodes.Invalid;
            case UsageException usage:
                var help = $"see: {UsageErrors.Path(parsed.CommandResult.Command)} --help";
                return Say("usage", usage.Message, usage.Remedy ?? help, ExitCodes.Usage);
            case Interruption stopped:
                return Say("interrupted", stopped.Message, stopped.Remedy, ExitCodes.Interrupted);
            case BrokenPipeException:
                return BrokenPipe;
            default:
                return json ? Say("interrupted", "interrupted", null, ExitCodes.Interrupted) : ExitCodes.Interrupted;
        }
    }

    public int Say(string code, string message, string? remedy, int exitCode)
    {
        if (json)
        {
            return Print(new Body(code, PlainText.Line(message), remedy is null ? null : PlainText.Line(remedy), exitCode));
        }

        Line(io.Error, message, remedy);
        return exitCode;
    }

    /// <param name="checks">Who asked only whether it is right: nothing was to be done.</param>
    public static void Problems(TextWriter error, IReadOnlyList<Problem> problems, bool checks = false)
    {
        foreach (var problem in problems)
        {
            error.WriteLine(
                PlainText.Line(problem.Severity == Severity.Warning ? $"warning: {problem}" : problem.ToString(), 2000)
            );
        }

        if (problems.Any(p => p.Severity == Severity.Error))
        {
            Line(error, Errors(problems, checks), null);
        }
    }

    private static string Errors(IReadOnlyList<Problem> problems, bool checks = false) =>
        $"{Words.Count(problems.Count(p => p.Severity == Severity.Error), "error", "errors")} in the habitat"
        + (checks ? "" : ", so nothing was done");

    private static void Line(TextWriter error, string message, string? remedy)
    {
        error.WriteLine($"creel: {PlainText.Line(message)}");
        if (remedy is not null)
        {
            error.WriteLine($"  → {PlainText.Line(remedy)}");
        }
    }

    private int Print(Body error)
    {
        io.Out.WriteLine(JsonSerializer.Serialize(new { error }, io.OutputIsTerminal ? CliJson.Pretty : CliJson.Line));
        return error.ExitCode;
    }
}
