using Creel.Commands.Views;
using Creel.Core.Habitats;

namespace Creel.Roots.Checks;

/// <summary>What lies beside an <c>openclaw.json</c> that is up: what of it came along, and what never does.</summary>
internal static class OldStateCheck
{
    private const string Name = "openclaw";

    public static IEnumerable<CheckView> Of(HabitatModel habitat)
    {
        if (habitat.StateFolder is not { } state)
        {
            yield break;
        }

        var talks = habitat.Agents.Count(a =>
            File.Exists(Path.Combine(state, "agents", a.Id.Value, "sessions", "sessions.json"))
        );
        if (talks > 0)
        {
            yield return CheckView.Fine(
                Name,
                $"conversations of {talks} agents lie in {state}; they are copied when an agent's cell starts for the first time, and who was let in by a code is let in here"
            );
        }

        var keys = habitat
            .Agents.Where(a => File.Exists(Path.Combine(state, "agents", a.Id.Value, "agent", "auth-profiles.json")))
            .Select(a => a.Id.Value)
            .ToList();
        if (keys.Count > 0)
        {
            yield return new CheckView(
                Name,
                CheckState.Warning,
                $"keys of {string.Join(", ", keys)} lie in {state} (auth-profiles.json); no cell gets them, and Creel does not read them",
                "give the proxy the keys that it shall use: creel key set anthropic"
            );
        }
    }
}
