using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Creel.Commands.Outbound;
using Creel.Core;

namespace Creel.Commands.Channels;

/// <summary><c>creel channel login</c> and <c>logout</c>: a token goes from the terminal to the gateway, and never comes back.</summary>
internal static class LoginCommand
{
    private const int LongestToken = 4096;

    public static Command Login(Cli cli)
    {
        var (channel, account) = Options();
        var untried = new Option<bool>("--no-probe") { Description = "Keep it without asking the messenger whether it works" };
        var login = new Command("login", "Give the gateway an account's token: typed at the terminal, or from standard input")
        {
            channel,
            account,
            untried,
        };
        return cli.Runs(
            login,
            (call, cancel) =>
                LoginAsync(call, call.Value(channel)!, call.Value(account) ?? "default", !call.Value(untried), cancel)
        );
    }

    public static Command Logout(Cli cli)
    {
        var (channel, account) = Options();
        var logout = new Command("logout", "Make the gateway forget an account's token") { channel, account };
        return cli.Runs(
            logout,
            async (call, cancel) =>
            {
                var (name, id) = (call.Value(channel)!, call.Value(account) ?? "default");
                var answer = await call.Client.SendAsync(HttpMethod.Delete, Path(name, id), null, cancel);
                if (call.Json)
                {
                    call.Print(answer);
                }
                else
                {
                    call.Say($"the gateway has forgotten the token of {name} {id}");
                }

                return ExitCodes.Ok;
            }
        );
    }

    private static (Option<string> Channel, Option<string?> Account) Options() =>
        (
            new Option<string>("--channel") { Description = "The messenger: telegram, webchat", Required = true },
            new Option<string?>("--account") { Description = "The account on it; else the default one", HelpName = "ID" }
        );

    private static async Task<int> LoginAsync(Call call, string channel, string account, bool probe, CancellationToken cancel)
    {
        var typed = await HiddenLine.ReadAsync(call.Io, $"token for {channel} {account}", LongestToken, cancel);
        LoginView view;
        try
        {
            var token = Encoding.UTF8.GetString(typed).Trim();
            var answer = await call.Client.SendAsync(
                HttpMethod.Put,
                Path(channel, account),
                Call.Body(new { token, probe }),
                cancel
            );
            if (call.Json)
            {
                call.Print(answer);
            }

            view = Call.Read<LoginView>(answer);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(typed);
        }

        if (!call.Json)
        {
            call.Say(
                view.Probed
                    ? $"{channel} {account} is {view.Name ?? "there"}; the gateway keeps its token"
                    : $"the gateway keeps the token of {channel} {account}, untried"
            );
            if (view.Overridden is { } other)
            {
                call.Note($"but {other} counts before it");
            }

            if (view.Trouble is { } trouble)
            {
                call.Note($"but it does not run: {trouble}");
            }
        }

        return ExitCodes.Ok;
    }

    private static string Path(string channel, string account) =>
        $"channels/{Uri.EscapeDataString(channel)}/{Uri.EscapeDataString(account)}/token";
}
