using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd.OpenClaw;

/// <summary>A test that needs the real OpenClaw in <c>CREEL_OPENCLAW</c>, and a driver; <c>CREEL_REQUIRE=openclaw</c> turns a skip into a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenClawFactAttribute : FactAttribute
{
    public OpenClawFactAttribute(string driver)
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("openclaw");
        if (!required && Obstacle(driver) is { } obstacle)
        {
            Skip = obstacle;
        }
    }

    /// <summary>The folder with <c>node_modules</c>; null where there is none.</summary>
    public static string? Tree { get; } =
        Environment.GetEnvironmentVariable("CREEL_OPENCLAW") is { Length: > 0 } tree ? tree : null;

    /// <summary>Where systemd runs, if not here.</summary>
    public static string? Container { get; } =
        Environment.GetEnvironmentVariable("CREEL_SYSTEMD_CONTAINER") is { Length: > 0 } name ? name : null;

    private static string? Obstacle(string driver)
    {
        if (!File.Exists(Published.Creel) || !File.Exists(Published.Runtime))
        {
            return $"nothing is published in {Published.Folder}: run ./do publish";
        }

        if (Tree is null)
        {
            return "there is no OpenClaw here: ./do substrates up openclaw, and CREEL_OPENCLAW as ./do test sets it";
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return "a limit of memory needs control groups, which here only root makes";
        }

        if (driver == "systemd" && Container is not null)
        {
            return null;
        }

        return Drivers.WhyNot(driver);
    }
}
