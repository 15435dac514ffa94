using Creel.Core;
using Creel.Core.Habitats;

namespace Creel.Server.Provisioning;

/// <summary>The habitat in force, for what can't do without one.</summary>
internal static class HabitatUp
{
    /// <exception cref="CreelException">None is up.</exception>
    public static HabitatModel Of(Func<HabitatModel?> habitat) =>
        habitat() ?? throw new CreelException(Fault.Unavailable("nothing-up", "no habitat is up", "creel up habitat.json5"));
}
