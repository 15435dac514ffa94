using Creel.Core;
using Creel.Core.Gateway;
using Creel.Core.Habitats.Patching;

namespace Creel.Server.Gateway.Protocol;

/// <summary>Agents that clients add, change and take out, in the habitat that is up. Their cells follow.</summary>
public sealed class HabitatRoster(IConfigStore store) : IGatewayRoster
{
    public async ValueTask CreateAsync(RosterEntry entry, string by, CancellationToken cancel = default) =>
        HabitatSettings.Change(await store.ChangeAsync(whole => RosterChange.Add(whole, entry), by, cancel));

    public async ValueTask UpdateAsync(RosterEntry entry, string by, CancellationToken cancel = default) =>
        HabitatSettings.Change(await store.ChangeAsync(whole => RosterChange.Update(whole, entry), by, cancel));

    /// <summary>Its workspace stays, whatever is asked: only a person deletes files, with <c>creel agent destroy --delete-workspaces</c>.</summary>
    public async ValueTask<int> DeleteAsync(AgentId agent, bool deleteFiles, string by, CancellationToken cancel = default)
    {
        var bindings = 0;
        HabitatSettings.Change(await store.ChangeAsync(whole => RosterChange.Remove(whole, agent, out bindings), by, cancel));
        return bindings;
    }
}
