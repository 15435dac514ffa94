using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Adapters.Sqlite;

/// <summary>What was written to gateways elsewhere, of one database. No token is in it.</summary>
internal sealed class ProvisionTable(Writer writer, ReadPool readers) : IProvisionStore
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new AgentIdText(), new JsonStringEnumConverter() },
    };

    public ValueTask<IReadOnlyList<ProvisionRecord>> ListAsync(CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<ProvisionRecord>>(
            c =>
            {
                var rows = c["SELECT more FROM provisioned ORDER BY gateway, id"];
                var records = new List<ProvisionRecord>();
                while (rows.Next())
                {
                    var record = JsonSerializer.Deserialize<ProvisionRecord>(rows.Text(0), Json)!;
                    records.Add(record with { Files = record.Files.WithComparers(StringComparer.Ordinal) });
                }

                return records;
            },
            cancel
        );

    public async ValueTask PutAsync(ProvisionRecord record, CancellationToken cancel = default)
    {
        foreach (var (name, file) in record.Files)
        {
            if (file.Base?.Length > IProvisionStore.LongestBase)
            {
                throw new CreelException(
                    Fault.Invalid(
                        "base-size",
                        $"{name} has more than {IProvisionStore.LongestBase / 1024} KiB",
                        "Make it shorter."
                    )
                );
            }
        }

        await writer
            .DoAsync(
                s =>
                    s.Connection["INSERT OR REPLACE INTO provisioned(gateway, id, more) VALUES(?, ?, ?)"]
                        .Bind(record.Gateway ?? "")
                        .Bind(record.Id)
                        .Bind(JsonSerializer.Serialize(record, Json))
                        .Run(),
                cancel
            )
            .ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(string? gateway, string id, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s => s.Connection["DELETE FROM provisioned WHERE gateway = ? AND id = ?"].Bind(gateway ?? "").Bind(id).Run(),
                cancel
            )
            .ConfigureAwait(false);

    private sealed class AgentIdText : JsonConverter<AgentId>
    {
        public override AgentId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            AgentId.Parse(reader.GetString());

        public override void Write(Utf8JsonWriter json, AgentId value, JsonSerializerOptions options) =>
            json.WriteStringValue(value.Value);
    }
}
