using Creel.Adapters.Sqlite;
using Creel.Core.Gateway;

namespace Creel.Tests.Sqlite;

public class DeviceTableTests
{
    [Fact]
    public async Task Devices_are_there_after_a_restart_and_gone_when_they_were_removed()
    {
        var folder = Directory.CreateTempSubdirectory("creel-devices-").FullName;
        var file = Path.Combine(folder, "creel.db");
        var device = new PairedDevice(
            new string('a', 64),
            "key",
            new ConnectClient("cli", "cli", "1", "linux") { DisplayName = "mine" },
            "operator",
            ["operator.read"],
            DateTimeOffset.UnixEpoch.AddDays(1),
            "admin",
            [new DeviceToken([1, 2, 3], ["operator.read"], DateTimeOffset.UnixEpoch)]
        );
        await using (var store = await SqliteStore.OpenAsync(file))
        {
            await store.Devices.PutAsync(device with { PairedBy = "before" });
            await store.Devices.PutAsync(device);
        }

        await using var again = await SqliteStore.OpenAsync(file);
        var found = (await again.Devices.ListAsync()).Single();
        found.Client.ShouldBe(device.Client);
        found.PairedBy.ShouldBe("admin");
        found.Tokens.Single().Hash.ShouldBe([1, 2, 3]);
        await again.Devices.RemoveAsync(device.Id);
        (await again.Devices.ListAsync()).ShouldBeEmpty();
        Directory.Delete(folder, recursive: true);
    }
}
