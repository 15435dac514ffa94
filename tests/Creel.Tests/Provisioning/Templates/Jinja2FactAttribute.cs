using System.Diagnostics;

namespace Creel.Tests.Provisioning.Templates;

/// <summary>A test that asks Debian's python3-jinja2; skipped where it is not, unless <c>CREEL_REQUIRE</c> names <c>jinja2</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Jinja2FactAttribute : FactAttribute
{
    public const string Python = "/usr/bin/python3";

    public Jinja2FactAttribute()
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("jinja2");
        Skip = IsThere || required ? null! : "python3-jinja2 is not installed";
    }

    private static bool IsThere { get; } = File.Exists(Python) && Imports();

    private static bool Imports()
    {
        using var python = Process.Start(
            new ProcessStartInfo(Python) { ArgumentList = { "-c", "import jinja2" }, RedirectStandardError = true }
        )!;
        python.StandardError.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0;
    }
}
