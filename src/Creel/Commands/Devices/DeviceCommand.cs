using System.CommandLine;
using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Devices;

/// <summary><c>creel device</c>: which devices the gateway lets in.</summary>
internal static class DeviceCommand
{
    public static Command Build(Cli cli)
    {
        var list = cli.Runs(new Command("list", "Those that wait, and those that were let in"), ListAsync);
        var approve = Verb(cli, "approve", "Let a device in", "The request id that the device was told", Approve);
        var reject = Verb(cli, "reject", "Send a device away that waits", "The request id", Reject);
        var revoke = Verb(
            cli,
            "revoke",
            "Take a device out, at once and with all its tokens",
            "The device id, or its beginning",
            RevokeAsync
        );
        return new Command("device", "Devices that connect to the gateway: list, approve, reject, revoke")
        {
            Aliases = { "devices" },
            Subcommands = { list, approve, reject, revoke },
        };
    }

    private static Command Verb(
        Cli cli,
        string name,
        string description,
        string what,
        Func<Call, string, CancellationToken, Task<int>> run
    )
    {
        var id = new Argument<string>("id") { Description = what, HelpName = "ID" };
        return cli.Runs(new Command(name, description) { id }, (call, cancel) => run(call, call.Value(id), cancel));
    }

    private static async Task<int> ListAsync(Call call, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Get, "gateway/devices", null, cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var view = Call.Read<DevicesView>(answer);
        if (view.Pending.Count > 0)
        {
            var waiting = new TextTable("REQUEST", "CLIENT", "FROM", "WANTS", "WHY");
            foreach (var device in view.Pending)
            {
                waiting.Add(device.RequestId ?? "", Name(device), device.RemoteIp ?? "", Scopes(device), device.Reason ?? "");
            }

            call.Show(waiting);
        }

        var table = new TextTable("DEVICE", "CLIENT", "SCOPES", "LET IN BY");
        foreach (var device in view.Paired)
        {
            table.Add(
                device.DeviceId[..Math.Min(16, device.DeviceId.Length)],
                Name(device),
                Scopes(device),
                device.ApprovedBy ?? ""
            );
        }

        call.Show(table);
        return ExitCodes.Ok;
    }

    private static Task<int> Approve(Call call, string id, CancellationToken cancel) =>
        SendAsync(call, HttpMethod.Post, $"gateway/devices/{Uri.EscapeDataString(id)}/approve", "let in", cancel);

    private static Task<int> Reject(Call call, string id, CancellationToken cancel) =>
        SendAsync(call, HttpMethod.Post, $"gateway/devices/{Uri.EscapeDataString(id)}/reject", "sent away", cancel);

    private static async Task<int> RevokeAsync(Call call, string id, CancellationToken cancel)
    {
        var view = Call.Read<DevicesView>(await call.Client.SendAsync(HttpMethod.Get, "gateway/devices", null, cancel));
        var meant = view.Paired.Where(d => d.DeviceId.StartsWith(id, StringComparison.Ordinal)).Select(d => d.DeviceId).ToList();
        if (meant.Count > 1)
        {
            throw new UsageException(
                $"{PlainText.Line(id, 64)} begins the ids of several devices",
                "say more of it: creel device list --json"
            );
        }

        return await SendAsync(
            call,
            HttpMethod.Delete,
            $"gateway/devices/{Uri.EscapeDataString(meant.Count == 1 ? meant[0] : id)}",
            "out",
            cancel
        );
    }

    private static async Task<int> SendAsync(Call call, HttpMethod verb, string path, string done, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(verb, path, null, cancel);
        if (call.Json)
        {
            call.Print(answer);
        }
        else
        {
            call.Say(done);
        }

        return ExitCodes.Ok;
    }

    private static string Name(DeviceView device) => device.DisplayName ?? $"{device.ClientId} ({device.Platform})";

    private static string Scopes(DeviceView device) => string.Join(' ', device.Scopes);
}
