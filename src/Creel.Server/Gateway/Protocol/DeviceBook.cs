using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Server.Audits;

namespace Creel.Server.Gateway.Protocol;

/// <summary>The devices that were let in, and those that wait for it.</summary>
internal sealed class DeviceBook(IDeviceStore store, AuditTrail audit, Clients clients, TimeProvider time)
{
    private const int MostPending = 64;
    private const int MostFromOne = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, PairedDevice> paired = new();
    private readonly List<DeviceRequest> pending = [];
    private readonly SemaphoreSlim writing = new(1, 1);

    public async ValueTask LoadAsync(CancellationToken cancel)
    {
        foreach (var device in await store.ListAsync(cancel))
        {
            paired[device.Id] = device;
        }
    }

    public PairedDevice? Find(string? id) => id is not null && paired.TryGetValue(id, out var device) ? device : null;

    public IReadOnlyList<PairedDevice> Paired => [.. paired.Values.OrderBy(d => d.PairedAt)];

    public IReadOnlyList<DeviceRequest> Pending
    {
        get
        {
            lock (pending)
            {
                pending.RemoveAll(p => time.GetUtcNow() - p.At > Patience);
                return [.. pending];
            }
        }
    }

    /// <summary>Notes that a device waits. Asked again, it is the same request.</summary>
    public DeviceRequest Ask(ConnectRequest request, ConnectDevice device, string reason, string address)
    {
        DeviceRequest asked;
        lock (pending)
        {
            pending.RemoveAll(p => time.GetUtcNow() - p.At > Patience);
            if (
                pending.Find(p => p.DeviceId == device.Id && p.Role == request.Role && p.Scopes.SequenceEqual(request.Scopes)) is
                { } there
            )
            {
                return there;
            }

            pending.RemoveAll(p => p.DeviceId == device.Id);
            MakeRoom(address);

            asked = new DeviceRequest(
                Guid.NewGuid().ToString(),
                reason,
                request.Client,
                device.Id,
                device.PublicKey,
                request.Role,
                request.Scopes,
                address,
                time.GetUtcNow()
            );
            pending.Add(asked);
        }

        clients.Tell("device.pair.requested", DeviceJson.Of(asked));
        return asked;
    }

    /// <exception cref="CreelException">There is no such request.</exception>
    public async ValueTask<PairedDevice> ApproveAsync(string requestId, string by, CancellationToken cancel = default)
    {
        var request = Take(requestId);
        var device = await PairAsync(
            request.Client,
            request.DeviceId,
            request.PublicKey,
            request.Role,
            request.Scopes,
            by,
            cancel
        );
        Resolved(request, "approved");
        return device;
    }

    /// <exception cref="CreelException">There is no such request.</exception>
    public async ValueTask RejectAsync(string requestId, string by)
    {
        var request = Take(requestId);
        await audit.RecordAsync(by, "device.reject", $"device:{request.DeviceId}", "ok");
        Resolved(request, "rejected");
    }

    public async ValueTask<PairedDevice> PairAsync(
        ConnectClient client,
        string id,
        string publicKey,
        string role,
        IReadOnlyList<string> scopes,
        string by,
        CancellationToken cancel
    )
    {
        await writing.WaitAsync(cancel);
        try
        {
            var before = Find(id) is { } known && known.PublicKey == publicKey ? known : null;
            var device = new PairedDevice(
                id,
                publicKey,
                client,
                role,
                [.. (before?.Scopes ?? []).Union(scopes)],
                before?.PairedAt ?? time.GetUtcNow(),
                by,
                before?.Tokens ?? []
            );
            await store.PutAsync(device, cancel);
            paired[id] = device;
            await audit.RecordAsync(
                by,
                "device.pair",
                $"device:{id}",
                "ok",
                AuditDetail.Of(("client", client.Id), ("scopes", string.Join(' ', device.Scopes)))
            );
            return device;
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>A token of the device's own; who has it needs no shared secret any more.</summary>
    public async ValueTask<(string Text, DeviceToken Token)> IssueAsync(
        string id,
        IReadOnlyList<string> scopes,
        CancellationToken cancel
    )
    {
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var token = new DeviceToken(SharedSecret.Of(text), scopes, time.GetUtcNow());
        await writing.WaitAsync(cancel);
        try
        {
            if (Find(id) is { } device)
            {
                var with = device.With(token);
                await store.PutAsync(with, cancel);
                paired[id] = with;
            }
        }
        finally
        {
            writing.Release();
        }

        return (text, token);
    }

    /// <summary>It is out at once, with all its tokens.</summary>
    /// <exception cref="CreelException">There is no such device.</exception>
    public async ValueTask RemoveAsync(string id, string by, CancellationToken cancel = default)
    {
        await writing.WaitAsync(cancel);
        try
        {
            if (Find(id) is null)
            {
                throw new CreelException(
                    Fault.NotFound("device", $"no device {Short(id)} is paired", "See them: creel device list")
                );
            }

            await store.RemoveAsync(id, cancel);
            paired.TryRemove(id, out _);
        }
        finally
        {
            writing.Release();
        }

        await audit.RecordAsync(by, "device.revoke", $"device:{id}", "ok");
        clients.End(c => c.DeviceId == id, 1008, "device removed");
    }

    /// <summary>Who asks with many devices pushes out his own, and nobody else's as long as there is room.</summary>
    private void MakeRoom(string address)
    {
        var from = pending.Where(p => p.Address == address).ToList();
        if (from.Count >= MostFromOne)
        {
            pending.Remove(from[0]);
        }
        else if (pending.Count >= MostPending)
        {
            var loudest = pending.GroupBy(p => p.Address).MaxBy(g => g.Count())!;
            pending.Remove(loudest.First());
        }
    }

    private DeviceRequest Take(string requestId)
    {
        lock (pending)
        {
            pending.RemoveAll(p => time.GetUtcNow() - p.At > Patience);
            var found =
                pending.Find(p => p.RequestId == requestId)
                ?? throw new CreelException(
                    Fault.NotFound("pairing", "no device waits with this request id", "See who waits: creel device list")
                );
            pending.Remove(found);
            return found;
        }
    }

    private void Resolved(DeviceRequest request, string decision) =>
        clients.Tell(
            "device.pair.resolved",
            new JsonObject
            {
                ["requestId"] = request.RequestId,
                ["deviceId"] = request.DeviceId,
                ["decision"] = decision,
                ["ts"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
            }
        );

    private static string Short(string id) => id.Length <= 16 ? id : id[..16];
}
