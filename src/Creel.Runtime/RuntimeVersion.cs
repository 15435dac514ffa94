using System.Reflection;

namespace Creel.Runtime;

internal static class RuntimeVersion
{
    public static string Text { get; } =
        typeof(RuntimeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
