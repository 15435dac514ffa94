using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>All clients that are in, and what they are told together.</summary>
internal sealed class Clients
{
    private readonly ConcurrentDictionary<string, Client> all = new();
    private long presence;

    /// <summary>Who may hear of an event that isn't for everybody.</summary>
    private static readonly Dictionary<string, string> Hears = new()
    {
        ["agent"] = GatewayScopes.Read,
        ["chat"] = GatewayScopes.Read,
        ["presence"] = GatewayScopes.Read,
        ["health"] = GatewayScopes.Read,
        ["config.changed"] = GatewayScopes.Read,
        ["sessions.changed"] = GatewayScopes.Read,
        ["device.pair.requested"] = GatewayScopes.Pairing,
        ["device.pair.resolved"] = GatewayScopes.Pairing,
    };

    public static IEnumerable<string> Events =>
        [
            "connect.challenge",
            "agent",
            "chat",
            "presence",
            "tick",
            "shutdown",
            "health",
            "config.changed",
            "device.pair.requested",
            "device.pair.resolved",
        ];

    public int Count => all.Count;

    public IReadOnlyList<Client> List => [.. all.Values.OrderBy(c => c.Since)];

    /// <summary>Counts who came and went.</summary>
    public long Version => Interlocked.Read(ref presence);

    public void Add(Client client)
    {
        all[client.Id] = client;
        Interlocked.Increment(ref presence);
    }

    public void Remove(Client client)
    {
        if (all.TryRemove(client.Id, out _))
        {
            Interlocked.Increment(ref presence);
        }
    }

    public void Tell(string name, JsonNode payload, Func<Client, bool>? to = null)
    {
        if (all.IsEmpty)
        {
            return;
        }

        var bytes = Frames.Bytes(payload);
        foreach (var client in all.Values)
        {
            if (
                (!Hears.TryGetValue(name, out var scope) || GatewayScopes.Holds(client.Scopes, scope))
                && to?.Invoke(client) != false
            )
            {
                client.Tell(name, bytes);
            }
        }
    }

    /// <summary>Ends those that came in by what no longer holds.</summary>
    public void End(Func<Client, bool> which, int code, string reason)
    {
        foreach (var client in all.Values.Where(which))
        {
            client.Socket.End(code, reason);
            client.Socket.GiveUpAfterGrace();
        }
    }
}
