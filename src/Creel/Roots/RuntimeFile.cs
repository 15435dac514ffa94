using Creel.Core;

namespace Creel.Roots;

/// <summary>Finds the <c>creel-runtime</c> that is carried into cells: beside <c>creel</c>, or where CREEL_RUNTIME says.</summary>
internal static class RuntimeFile
{
    /// <exception cref="CreelException">It is nowhere.</exception>
    public static string Find()
    {
        var written = Environment.GetEnvironmentVariable("CREEL_RUNTIME");
        var file = written is { Length: > 0 }
            ? Path.GetFullPath(written)
            : Path.Combine(AppContext.BaseDirectory, "creel-runtime");
        return File.Exists(file)
            ? file
            : throw new CreelException(
                Fault.Missing(
                    "runtime-missing",
                    $"creel-runtime is not at {file}",
                    "Run ./do publish, or set CREEL_RUNTIME to the executable."
                )
            );
    }
}
