using System.Text.Json.Nodes;
using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>What the engine's <c>inspect</c> says of a cell.</summary>
internal static class ContainerEnding
{
    public static CellObservation Gone { get; } = new(false, "its container was removed, and not by Creel");

    public static CellObservation Of(JsonNode container)
    {
        var state = container["State"]!;
        if (state["Running"]!.GetValue<bool>())
        {
            return state["Paused"]?.GetValue<bool>() == true
                ? new CellObservation(true, "its container is paused")
                : CellObservation.Up;
        }

        var code = state["ExitCode"]!.GetValue<int>();
        if (state["Error"]?.GetValue<string>() is { Length: > 0 } error)
        {
            return new CellObservation(false, $"Docker could not start it: {error}", code);
        }

        return Of(container, code);
    }

    /// <param name="container">As it is, or is again: the engine may have started it anew since it ended with the code.</param>
    public static CellObservation Of(JsonNode container, int code)
    {
        // The engine often hears of the death first, and of its cause never.
        var hungry =
            container["State"]!["OOMKilled"]?.GetValue<bool>() == true
            || code == Killed && KernelLog.OutOfMemoryIn(container["Id"]!.GetValue<string>());
        var limit = container["HostConfig"]?["Memory"]?.GetValue<long>() is > 0 and var bytes ? bytes : (double?)null;
        return CellEnding.Of(code, hungry, limit, ProcessIdentity.CurrentBoot);
    }

    private const int Killed = 137;
}
