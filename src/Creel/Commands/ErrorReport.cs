using System.CommandLine;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Terminal;
using Creel.Terminal.Client;

namespace Creel.Commands;

/// <summary>How an end that is not a bug looks on standard error, and its exit code.</summary>
internal static class ErrorReport
{
    private const int BrokenPipe = 141;

    public static bool Knows(Exception e) =>
        e is CreelException or HabitatException or UsageException or OperationCanceledException or BrokenPipeException;

    public static int Write(Exception e, ParseResult parsed, TextWriter error)
    {
        switch (e)
        {
            case CreelException { Fault: var fault }:
                Line(error, fault.Message, fault.Remedy);
                return FaultTable.ExitCode(fault.Kind);
            case HabitatException { Problems: var problems }:
                Problems(error, problems);
                return ExitCodes.Invalid;
            case UsageException usage:
                Line(error, usage.Message, usage.Remedy ?? $"see: {UsageErrors.Path(parsed.CommandResult.Command)} --help");
                return ExitCodes.Usage;
            case BrokenPipeException:
                return BrokenPipe;
            default:
                return ExitCodes.Interrupted;
        }
    }

    public static void Line(TextWriter error, string message, string? remedy)
    {
        error.WriteLine($"creel: {PlainText.Line(message)}");
        if (remedy is not null)
        {
            error.WriteLine($"  → {PlainText.Line(remedy)}");
        }
    }

    public static void Problems(TextWriter error, IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
        {
            error.WriteLine(
                PlainText.Line(problem.Severity == Severity.Warning ? $"warning: {problem}" : problem.ToString(), 2000)
            );
        }

        var errors = problems.Count(p => p.Severity == Severity.Error);
        if (errors > 0)
        {
            Line(error, $"{Words.Count(errors, "error", "errors")} in the habitat, so nothing was done", null);
        }
    }
}
