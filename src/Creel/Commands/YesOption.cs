using System.CommandLine;

namespace Creel.Commands;

/// <summary><c>--yes</c>: the question is answered beforehand.</summary>
internal static class YesOption
{
    public static Option<bool> Make() => new("--yes", "-y") { Description = "Don't ask" };
}
