namespace Creel.Tests.Runtime;

/// <summary>A test that mounts something; skipped, with that reason, for other users and where mounting is forbidden.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        const ulong SysAdmin = 1UL << 21;
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        if ((Convert.ToUInt64(line[7..].Trim(), 16) & SysAdmin) == 0)
        {
            Skip = "needs the right to mount";
        }
    }
}
