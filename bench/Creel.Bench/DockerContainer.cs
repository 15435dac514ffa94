using System.Diagnostics;

namespace Creel.Bench;

/// <summary>What people use today, measured in the same run: a container, if an engine answers and has any image at all.</summary>
internal sealed class DockerContainer(string id) : IAsyncDisposable
{
    public static async Task<DockerContainer?> TryStartAsync()
    {
        if (await AnyImageAsync() is not { } image)
        {
            return null;
        }

        var (code, output) = await DockerAsync("run", "-d", "--rm", "--network", "none", image, "/bin/sleep", "900");
        return code == 0 ? new DockerContainer(output.Trim()) : null;
    }

    /// <summary>Milliseconds of <c>docker run --rm --network none IMAGE true</c>; null where there is no engine.</summary>
    public static async Task<double?> RunTrueAsync()
    {
        if (await AnyImageAsync() is not { } image)
        {
            return null;
        }

        var from = Stopwatch.GetTimestamp();
        var (code, _) = await DockerAsync("run", "--rm", "--network", "none", image, "/bin/true");
        return code == 0 ? Stopwatch.GetElapsedTime(from).TotalMilliseconds : null;
    }

    public Task ExecTrueAsync() => DockerAsync("exec", id, "/bin/true");

    public async ValueTask DisposeAsync() => await DockerAsync("rm", "-f", id);

    private static async Task<string?> AnyImageAsync()
    {
        var (code, output) = await DockerAsync("images", "-q");
        return code == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() : null;
    }

    private static Task<(int Code, string Output)> DockerAsync(params string[] arguments) => RunAsync("docker", arguments);

    /// <summary>A program of Docker's, with its output; 127 where there is none.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("timeout", ["-k", "5", "120", program, .. arguments])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            await error;
            return (process.ExitCode, await output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (127, "");
        }
    }
}
