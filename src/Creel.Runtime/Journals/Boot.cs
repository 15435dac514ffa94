using System.Globalization;
using Creel.Runtime.Health;

namespace Creel.Runtime.Journals;

/// <summary>
/// Names this boot of the machine, since what is written survives the death of the runtime alone. A kernel that has no name
/// for it (gVisor's) is known by when it started.
/// </summary>
internal static class Boot
{
    public static string Name(string proc = "/proc")
    {
        var name = SystemFile.Text(proc + "/sys/kernel/random/boot_id").Trim();
        return name.Length > 0 ? name
            : SystemFile.Field(SystemFile.Text(proc + "/stat"), "btime") is { } started
                ? "since-" + started.ToString(CultureInfo.InvariantCulture)
            : Guid.NewGuid().ToString("N");
    }
}
