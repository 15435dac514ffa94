using Creel.Core.Habitats;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Sessions;

/// <summary>What the habitat in force says of conversations, read out of it once.</summary>
public sealed class SettingsInForce(Func<HabitatModel?> habitat)
{
    private volatile Held held = new(null, SessionSettings.None);

    public SessionSettings Now()
    {
        var (now, known) = (habitat(), held);
        if (!ReferenceEquals(now, known.Habitat))
        {
            held = known = new Held(now, SessionSettings.Of(now));
        }

        return known.Settings;
    }

    private sealed record Held(HabitatModel? Habitat, SessionSettings Settings);
}
