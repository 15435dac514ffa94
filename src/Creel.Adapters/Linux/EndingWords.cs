using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>How a cell ended, in the same words whichever driver saw it.</summary>
internal static class EndingWords
{
    private const int SignalBase = 128;

    /// <param name="limit">Bytes; null where it is not known.</param>
    public static string OutOfMemory(long? limit) =>
        "killed: out of memory" + (limit is { } bytes ? $" (limit {LimitText.Size(bytes)})" : "");

    /// <param name="code">Above 128: killed by the signal of that number less 128, as a shell says it.</param>
    public static string Of(int code) =>
        code is > SignalBase and <= SignalBase + 64
            ? $"ended by signal {code - SignalBase} ({Name(code - SignalBase)})"
            : $"ended with exit code {code}";

    private static string Name(int signal) =>
        signal switch
        {
            1 => "hang-up",
            2 => "interrupt",
            6 => "abort",
            9 => "kill",
            11 => "segmentation fault",
            15 => "terminate",
            _ => "other",
        };
}
