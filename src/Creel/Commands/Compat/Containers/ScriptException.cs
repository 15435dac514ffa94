namespace Creel.Commands.Compat.Containers;

/// <summary>An end in the old script's own words, on standard error, with its exit code.</summary>
internal sealed class ScriptException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}
