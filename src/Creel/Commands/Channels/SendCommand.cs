using System.CommandLine;
using Creel.Commands.Routes;
using Creel.Core;

namespace Creel.Commands.Channels;

/// <summary><c>creel channel send</c>: a word of the operator's, by one of our accounts.</summary>
internal static class SendCommand
{
    public static Command Build(Cli cli)
    {
        var channel = new Option<string>("--channel") { Description = "The messenger: telegram, …", Required = true };
        var account = new Option<string?>("--account")
        {
            Description = "The account that says it; else the default one",
            HelpName = "ID",
        };
        var to = PeerOption.Build("--to", "To whom: direct, group or channel, and the id");
        to.Required = true;
        var thread = new Option<string?>("--thread") { Description = "A thread of the conversation", HelpName = "ID" };
        var text = new Argument<string>("TEXT") { Description = "Markdown; - reads standard input" };
        var send = new Command("send", "Say something by one of our accounts") { channel, account, to, thread, text };
        return cli.Runs(
            send,
            async (call, cancel) =>
            {
                var said = call.Value(text);
                var order = new
                {
                    peer = call.Value(to)!.ToString(),
                    text = said == "-" ? await PipedAsync(call, cancel) : said,
                    thread = call.Value(thread),
                };
                var (name, id) = (call.Value(channel)!, call.Value(account) ?? "default");
                var path = $"channels/{Uri.EscapeDataString(name)}/{Uri.EscapeDataString(id)}/messages";
                var answer = await call.Client.SendAsync(HttpMethod.Post, path, Call.Body(order), cancel);
                if (call.Json)
                {
                    call.Print(answer);
                }
                else
                {
                    var count = answer.GetProperty("messages").GetInt32();
                    call.Say($"on its way to {order.peer} by {name} {id}{(count > 1 ? $", in {count} messages" : "")}");
                }

                return ExitCodes.Ok;
            }
        );
    }

    private static async Task<string> PipedAsync(Call call, CancellationToken cancel)
    {
        using var reader = new StreamReader(call.Io.Input, leaveOpen: true);
        return await reader.ReadToEndAsync(cancel);
    }
}
