using System.ComponentModel;
using System.Diagnostics;

namespace Creel.Adapters.Bubblewrap;

/// <summary>The version that a program says it is.</summary>
internal static class BubblewrapVersion
{
    /// <summary>The first with --disable-userns.</summary>
    public static Version Least { get; } = new(0, 8, 0);

    /// <summary>Null where it does not run, or is something else.</summary>
    public static async Task<Version?> OfAsync(string program, CancellationToken cancel)
    {
        try
        {
            var info = new ProcessStartInfo(program, ["--version"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(info)!;
            var text = await process.StandardOutput.ReadToEndAsync(cancel).ConfigureAwait(false);
            await process.WaitForExitAsync(cancel).ConfigureAwait(false);
            return Parse(text);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    public static Version? Parse(string text) =>
        text.Trim().Split(' ') is ["bubblewrap", var number] && Version.TryParse(number, out var version) ? version : null;
}
