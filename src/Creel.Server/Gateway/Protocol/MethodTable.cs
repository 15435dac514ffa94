using System.Collections.Frozen;
using Creel.Server.Gateway.Protocol.Methods;

namespace Creel.Server.Gateway.Protocol;

/// <summary>All methods, by name.</summary>
internal sealed class MethodTable(IEnumerable<GatewayMethod> methods)
{
    private readonly FrozenDictionary<string, GatewayMethod> all = methods.ToFrozenDictionary(m => m.Name);

    public IEnumerable<string> Names => all.Keys.Order(StringComparer.Ordinal);

    public GatewayMethod? Find(string name) => all.GetValueOrDefault(name);

    public static MethodTable Of(
        GatewayPorts ports,
        HealthView health,
        HealthMethods state,
        ChannelsView channels,
        Clients clients,
        DeviceBook devices,
        TimeProvider time
    ) =>
        new([
            .. state.All,
            .. new AgentMethods(ports).All,
            .. new FileMethods(ports).All,
            .. new SettingsMethods(ports, clients, time).All,
            .. new SessionMethods(ports, health, time).All,
            .. new ChatMethods(ports).All,
            .. new TurnMethods(ports, time).All,
            .. new ChannelMethods(channels).All,
            .. new ModelMethods(ports).All,
            .. new DeviceMethods(devices, time).All,
        ]);
}
