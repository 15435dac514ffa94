using System.Diagnostics;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>A test that needs the published executables and a substrate besides bubblewrap; CREEL_REQUIRE=NAME turns a skip into a failure.</summary>
/// <param name="substrate"><c>docker</c>, <c>gvisor</c> or <c>systemd</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PublishedOnFactAttribute : FactAttribute
{
    public PublishedOnFactAttribute(string substrate)
    {
        if (!(Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',').Contains(substrate))
        {
            Skip = WhyNot(substrate)!;
        }
    }

    private static string? WhyNot(string substrate) =>
        !File.Exists(Published.Creel) || !File.Exists(Published.Runtime) ? "nothing is published: run ./do publish"
        : !Environment.IsPrivilegedProcess ? "only root can do this"
        : substrate == "systemd"
            ? (SystemdContainer.Name is null ? "no container runs systemd: ./do substrates up systemd" : null)
        : Says("docker", "info", "--format", "{{range $name, $_ := .Runtimes}}{{$name}} {{end}}") is not { } runtimes
            ? "no Docker engine answers: ./do substrates up docker"
        : substrate == "gvisor" && !runtimes.Split(' ').Contains("runsc") ? "the engine has no runsc: ./do substrates up gvisor"
        : null;

    private static string? Says(string program, params string[] arguments)
    {
        try
        {
            var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(info)!;
            var said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? said.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
