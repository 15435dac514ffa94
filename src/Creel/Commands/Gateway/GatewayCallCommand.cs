using System.CommandLine;
using System.Text.Json;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Gateway;

/// <summary><c>creel gateway call</c>: one method of this gateway, or of another one.</summary>
internal static class GatewayCallCommand
{
    private const string TokenVariable = "CREEL_GATEWAY_TOKEN";

    public static Command Build(Cli cli)
    {
        var method = new Argument<string>("method")
        {
            Description = "As in docs/gateway.md: health, agents.list, …",
            HelpName = "METHOD",
        };
        var parameters = new Option<string?>("--params") { Description = "A JSON object ({})", HelpName = "JSON" };
        var url = new Option<string?>("--url")
        {
            Description = $"Another gateway, as wss://host:port; its token is taken from {TokenVariable} or --token-file",
            HelpName = "URL",
        };
        var file = new Option<string?>("--token-file") { Description = "Holds the other gateway's token", HelpName = "FILE" };
        var call = new Command("call", "Call a method and print what it answers") { method, parameters, url, file };
        return cli.Runs(
            call,
            (c, cancel) => RunAsync(c, c.Value(method), c.Value(parameters), c.Value(url), c.Value(file), cancel)
        );
    }

    private static async Task<int> RunAsync(
        Call call,
        string method,
        string? parameters,
        string? url,
        string? file,
        CancellationToken cancel
    )
    {
        var order = new GatewayOrder(
            url is null ? await OwnAsync(call, cancel) : Address(url),
            url is null ? await OwnTokenAsync(call, cancel) : OtherToken(call, file),
            method,
            Object(parameters)
        );
        call.Print(await call.Parts.CallGateway(order, cancel));
        return ExitCodes.Ok;
    }

    private static async Task<Uri> OwnAsync(Call call, CancellationToken cancel) =>
        new(
            Call.Read<GatewayView>(await call.Client.SendAsync(HttpMethod.Get, "gateway", null, cancel)).Url
                ?? throw new CreelException(
                    Fault.Unavailable("gateway-closed", "the gateway is not open", "creel gateway restart")
                )
        );

    private static async Task<string> OwnTokenAsync(Call call, CancellationToken cancel) =>
        Call.Read<GatewayTokenView>(await call.Client.SendAsync(HttpMethod.Get, "gateway/token", null, cancel)).Token;

    private static Uri Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "ws" or "wss"
            ? address
            : throw new UsageException(
                $"--url '{PlainText.Line(url, 80)}' is no address of a gateway",
                "write it as wss://host:port"
            );

    private static string OtherToken(Call call, string? file)
    {
        if (file is not null)
        {
            try
            {
                return File.ReadAllText(call.FullPath(file)).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CreelException(Fault.NotFound("token-file", $"{file} can't be read: {e.Message}"), e);
            }
        }

        return call.Variable(TokenVariable)
            ?? throw new UsageException(
                "--url wants the token of that gateway",
                $"set {TokenVariable}, or say --token-file FILE"
            );
    }

    private static JsonElement Object(string? text)
    {
        try
        {
            var value = JsonElement.Parse(text ?? "{}");
            return value.ValueKind == JsonValueKind.Object ? value : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new UsageException("--params is no JSON object", """write it as '{"agentId":"bart"}'""");
        }
    }
}
