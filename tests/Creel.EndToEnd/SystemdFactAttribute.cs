using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>A test that needs the published executables and a systemd, the machine's own or one in a container; <c>CREEL_REQUIRE=systemd</c> turns a skip into a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SystemdFactAttribute : FactAttribute
{
    public SystemdFactAttribute()
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',').Contains("systemd");
        if (!required)
        {
            Skip =
                !File.Exists(Published.Creel) || !File.Exists(Published.Runtime)
                    ? $"nothing is published in {Published.Folder}: run ./do publish"
                : SystemdHost.Container is null && !(Environment.IsPrivilegedProcess && Directory.Exists("/run/systemd/system"))
                    ? "systemd is not the first process of this machine; ./do substrates up systemd"
                : null;
        }
    }
}
