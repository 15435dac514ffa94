using System.Text;
using Creel.Commands;
using Creel.Roots;
using Creel.Terminal;

namespace Creel.Conformance.Generators;

/// <summary>A generator, run in process with the variables of a case.</summary>
internal sealed record GeneratorRun(int ExitCode, string Output, string Error)
{
    public static async Task<GeneratorRun> OfAsync(string generator, IReadOnlyDictionary<string, string> variables)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var io = new CommandIo
        {
            Input = Stream.Null,
            Output = output,
            Out = new StreamWriter(output) { AutoFlush = true },
            Error = new StreamWriter(error) { AutoFlush = true },
            Variable = variables.GetValueOrDefault,
            WorkingFolder = "/",
        };
        var parts = new CliParts
        {
            Serve = (_, _) => Task.FromResult(1),
            Habitats = new OfflineHabitats((_, _) => (null, []), _ => "{}"),
            Contract = ContractFiles.Parts,
            Render = RenderRoot.Parts,
        };
        var code = await Cli.RunAsync(["compat", generator], io, parts, CancellationToken.None);
        return new GeneratorRun(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
