using System.Text.Json;
using Creel.Core.Gateway;

namespace Creel.Adapters.Sqlite;

/// <summary>The paired devices of one database; of their tokens the hashes alone.</summary>
internal sealed class DeviceTable(Writer writer, ReadPool readers) : IDeviceStore
{
    public ValueTask<IReadOnlyList<PairedDevice>> ListAsync(CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<PairedDevice>>(
            c =>
            {
                var rows = c["SELECT more FROM devices ORDER BY paired, id"];
                var devices = new List<PairedDevice>();
                while (rows.Next())
                {
                    devices.Add(JsonSerializer.Deserialize<PairedDevice>(rows.Text(0))!);
                }

                return devices;
            },
            cancel
        );

    public async ValueTask PutAsync(PairedDevice device, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s =>
                    s.Connection["INSERT OR REPLACE INTO devices(id, paired, more) VALUES(?, ?, ?)"]
                        .Bind(device.Id)
                        .Bind(device.PairedAt)
                        .Bind(JsonSerializer.Serialize(device))
                        .Run(),
                cancel
            )
            .ConfigureAwait(false);

    public async ValueTask RemoveAsync(string id, CancellationToken cancel = default) =>
        await writer.DoAsync(s => s.Connection["DELETE FROM devices WHERE id = ?"].Bind(id).Run(), cancel).ConfigureAwait(false);
}
