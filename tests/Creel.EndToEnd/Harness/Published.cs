using System.Diagnostics;

namespace Creel.EndToEnd.Harness;

/// <summary>The executables as users get them: what <c>./do publish</c> made.</summary>
public static class Published
{
    public static string Root { get; } = FindRoot();

    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("CREEL_PUBLISHED") ?? Path.Combine(Root, "artifacts", "publish");

    public static string Creel => Path.Combine(Folder, "creel");

    public static string Runtime => Path.Combine(Folder, "creel-runtime");

    /// <summary>Runs <c>creel</c> to its end; kills it after two minutes.</summary>
    public static Task<CommandResult> CreelAsync(string home, params string[] arguments) => RunAsync(Creel, home, arguments);

    public static async Task<CommandResult> RunAsync(string program, string home, string[] arguments, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["CREEL_HOME"] = home;
        start.Environment["NO_COLOR"] = "1";
        start.Environment.Remove("CREEL_URL");
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{Path.GetFileName(program)} {string.Join(' ', arguments)} did not end within two minutes"
            );
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Creel.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Creel.slnx is in no folder above this program");
    }
}

public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Error}";
}
