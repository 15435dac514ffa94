using Creel.Core.Habitats;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Cells;

internal sealed record WrongHabitatView(string Error, string Code, IReadOnlyList<ProblemView> Problems)
{
    public static Task WriteAsync(HttpContext context, HabitatReading reading)
    {
        var errors = reading.Problems.Where(p => p.Severity == Severity.Error);
        var view = new WrongHabitatView(string.Join("\n", errors), "habitat", [.. reading.Problems.Select(ProblemView.From)]);
        return ViewReply.WriteAsync(context, view, StatusCodes.Status400BadRequest);
    }
}

internal sealed record ProblemView(string Severity, string File, int Line, int Column, string Path, string Message)
{
    public static ProblemView From(Problem problem) =>
        new(StepView.Word(problem.Severity), problem.File, problem.Line, problem.Column, problem.Path, problem.Message);
}
