using System.CommandLine;
using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Gateway;

/// <summary><c>creel gateway</c>: the port that OpenClaw's clients call.</summary>
internal static class GatewayCommand
{
    public static Command Build(Cli cli)
    {
        var status = cli.Runs(new Command("status", "Whether it is open, where, and who is connected"), StatusAsync);
        var restart = cli.Runs(new Command("restart", "Tell all clients, close, and open again; turns go on"), RestartAsync);
        var token = cli.Runs(new Command("token", "The token that clients show"), TokenAsync);
        var url = cli.Runs(new Command("url", "Where clients connect"), UrlAsync);
        return new Command(
            "gateway",
            "The port for clients that speak OpenClaw's gateway protocol: status, restart, token, url, call; "
                + "and gateways elsewhere: add, list, test, rm"
        )
        {
            Subcommands =
            {
                status,
                restart,
                token,
                url,
                GatewayCallCommand.Build(cli),
                ForeignGatewayCommands.Add(cli),
                ForeignGatewayCommands.List(cli),
                ForeignGatewayCommands.Test(cli),
                ForeignGatewayCommands.Remove(cli),
            },
        };
    }

    private static async Task<int> StatusAsync(Call call, CancellationToken cancel) =>
        Show(call, await call.Client.SendAsync(HttpMethod.Get, "gateway", null, cancel));

    private static async Task<int> RestartAsync(Call call, CancellationToken cancel) =>
        Show(call, await call.Client.SendAsync(HttpMethod.Post, "gateway/restart", null, cancel));

    private static async Task<int> TokenAsync(Call call, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Get, "gateway/token", null, cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var view = Call.Read<GatewayTokenView>(answer);
        call.Say(view.Token);
        call.Note($"from {view.Source}; who has it may do everything that the gateway can");
        return ExitCodes.Ok;
    }

    private static async Task<int> UrlAsync(Call call, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Get, "gateway", null, cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var view = Call.Read<GatewayView>(answer);
        call.Say(view.Url ?? throw Closed(view));
        return ExitCodes.Ok;
    }

    private static int Show(Call call, JsonElement answer)
    {
        var view = Call.Read<GatewayView>(answer);
        if (call.Json)
        {
            call.Print(answer);
            return view.Up ? ExitCodes.Ok : ExitCodes.Unavailable;
        }

        call.Say($"open at {view.Url ?? throw Closed(view)}, authentication by {view.Auth}");
        if (view.Clients is { Count: > 0 } clients)
        {
            var table = new TextTable("CLIENT", "MODE", "FROM", "SCOPES");
            foreach (var client in clients)
            {
                table.Add(
                    client.Host,
                    client.Mode,
                    client.Ip ?? "",
                    client.Scopes is { Count: > 0 } s ? string.Join(' ', s) : "none"
                );
            }

            call.Show(table);
        }

        if (view.Pending > 0)
        {
            call.Note($"{view.Pending} {(view.Pending == 1 ? "device waits" : "devices wait")} to be let in: creel device list");
        }

        return ExitCodes.Ok;
    }

    private static CreelException Closed(GatewayView view) =>
        new(
            Fault.Unavailable(
                "gateway-closed",
                $"the gateway is not open{(view.Why is { } why ? $": {why}" : "")}",
                view.Remedy ?? "Open it: creel gateway restart"
            )
        );
}
