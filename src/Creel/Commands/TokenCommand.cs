using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary><c>creel token join</c>: lets one agent register itself, once.</summary>
internal static class TokenCommand
{
    public static Command Build(Cli cli)
    {
        var ttl = new Option<string?>("--ttl") { Description = "How long it holds: 90s, 30m, 12h, 7d (1h)", HelpName = "TIME" };
        var agent = new Option<string?>("--agent") { Description = "Only for this agent id", HelpName = "ID" };
        var join = new Command("join", "Make a token that lets one agent register, once") { ttl, agent };
        cli.Runs(join, (call, cancel) => JoinAsync(call, call.Value(ttl), call.Value(agent), cancel));
        return new Command("token", "Tokens for agents that run elsewhere: join")
        {
            Aliases = { "tokens" },
            Subcommands = { join },
        };
    }

    private static async Task<int> JoinAsync(Call call, string? ttl, string? agent, CancellationToken cancel)
    {
        if (!Words.TrySpan(ttl ?? "1h", out var span))
        {
            throw new UsageException($"--ttl '{PlainText.Line(ttl, 40)}' is no time", "write it as 90s, 30m, 12h or 7d");
        }

        var body = Call.Body(
            new
            {
                ttlSeconds = (long)Math.Ceiling(span.TotalSeconds),
                agentId = agent is null ? null : AgentId.Parse(agent).Value,
            }
        );
        var answer = await call.Client.SendAsync(HttpMethod.Post, "admin/join-tokens", body, cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var token = Call.Read<JoinTokenView>(answer);
        call.Say(token.Token);
        call.Note($"holds for {Words.Span(span)}, for one registration; it is shown this once");
        return ExitCodes.Ok;
    }
}
