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
            return state["Paused"]?.GetValue<bool>() == true ? new CellObservation(true, "its container is paused") : CellObservation.Up;
        }

        var code = state["ExitCode"]!.GetValue<int>();
        if (state["OOMKilled"]?.GetValue<bool>() == true)
        {
            var limit = container["HostConfig"]?["Memory"]?.GetValue<long>() is > 0 and var bytes ? bytes : (long?)null;
            return new CellObservation(false, EndingWords.OutOfMemory(limit), code);
        }

        var error = state["Error"]?.GetValue<string>();
        return new CellObservation(false, error is { Length: > 0 } ? $"Docker could not start it: {error}" : EndingWords.Of(code), code);
    }
}
