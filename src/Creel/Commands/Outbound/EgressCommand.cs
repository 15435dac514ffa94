using System.CommandLine;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Outbound;
using Creel.Terminal;

namespace Creel.Commands.Outbound;

/// <summary><c>creel egress</c>: what a group's cell may reach besides the upstreams, and to find out what it needs.</summary>
internal static class EgressCommand
{
    /// <param name="Group">Its id.</param>
    private sealed record View(
        string Group,
        NetworkMode Network,
        bool Learning,
        bool Intercept,
        IReadOnlyList<string> Egress,
        JsonElement Upstreams
    )
    {
        public OutboundGroup Read() =>
            new(
                GroupId.Parse(Group),
                AgentId.Parse(Group),
                null,
                Network,
                Egress,
                Upstreams.Deserialize(OutboundJson.Default.ListUpstreamModel) ?? [],
                Intercept
            );
    }

    public static Command Build(Cli cli)
    {
        var group = AgentArgument.Make("A group's id, or an agent's: the rules are its group's");
        var rule = new Argument<string>("RULE")
        {
            Description = "github.com:443, *.example.org:443, or 'GET http://example.org/feed/*'",
        };
        var target = new Argument<string>("TARGET")
        {
            Description = "github.com:443, https://github.com/, or 'GET http://example.org/feed'",
        };
        var list = new Command("list", "What its cell may reach") { Aliases = { "ls" } };
        list.Add(group);
        var test = new Command("test", "Which rule would let that through, or refuse it (exit 1)") { group, target };
        var allow = new Command("allow", "Let it reach that from now on; nothing restarts") { group, rule };
        var deny = new Command("deny", "Take such a rule back; connections by it are cut") { group, rule };
        cli.Runs(list, (call, cancel) => ListAsync(call, call.Value(group), cancel));
        cli.Runs(test, (call, cancel) => TestAsync(call, call.Value(group), call.Value(target), cancel));
        cli.Runs(allow, (call, cancel) => RuleAsync(call, call.Value(group), call.Value(rule), true, cancel));
        cli.Runs(deny, (call, cancel) => RuleAsync(call, call.Value(group), call.Value(rule), false, cancel));
        return new Command("egress", "What cells may reach through the proxy: list, test, allow, deny, learn")
        {
            Subcommands = { list, test, allow, deny, EgressLearn.Build(cli) },
        };
    }

    private static async Task<int> ListAsync(Call call, string group, CancellationToken cancel)
    {
        var answer = await call.Client.GetAsync($"egress/{AgentArgument.Segment(group)}", cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var view = Call.Read<View>(answer);
        foreach (var rule in view.Egress)
        {
            call.Say(rule);
        }

        var calls = view.Read().Upstreams.Select(u => $"{u.Name} ({string.Join(", ", u.AllHosts)})");
        call.Note(
            view.Network != NetworkMode.Proxy
                ? $"{view.Group} has network {view.Network.ToString().ToLowerInvariant()}: these rules are for network proxy"
            : view.Learning ? $"{view.Group} learns at the moment: it reaches all that is public"
            : view.Egress.Count == 0 ? $"{view.Group} reaches nothing but the upstreams: {string.Join(", ", calls)}"
            : $"and the upstreams: {string.Join(", ", calls)}"
        );
        return ExitCodes.Ok;
    }

    private static async Task<int> TestAsync(Call call, string group, string target, CancellationToken cancel)
    {
        var view = Call.Read<View>(await call.Client.GetAsync($"egress/{AgentArgument.Segment(group)}", cancel));
        var verdict = EgressVerdict.Of(view.Read(), target);
        if (call.Json)
        {
            call.Print(
                new
                {
                    group = view.Group,
                    target,
                    allowed = verdict.Allowed,
                    rule = verdict.Rule,
                    why = verdict.Why,
                }
            );
        }
        else
        {
            call.Say($"{(verdict.Allowed ? "allowed" : "refused")} ({verdict.Rule}): {verdict.Why}");
        }

        return verdict.Allowed ? ExitCodes.Ok : ExitCodes.Negative;
    }

    private static Task<int> RuleAsync(Call call, string group, string rule, bool allow, CancellationToken cancel)
    {
        var body = Call.Body(new { rule = EgressRule.Parse(rule).ToString(), allow });
        return ApplyProgress.ShowAsync(
            call,
            call.Client.LinesAsync(HttpMethod.Post, $"egress/{AgentArgument.Segment(group)}/rules", body, cancel),
            cancel,
            $"take it back: creel egress {(allow ? "deny" : "allow")} {group} '{EgressRule.Parse(rule)}'"
        );
    }
}
