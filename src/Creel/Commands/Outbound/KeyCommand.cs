using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Outbound;
using Creel.Server.Outbound;
using Creel.Terminal;

namespace Creel.Commands.Outbound;

/// <summary>
/// <c>creel key</c>: the keys of providers. They go from here to the proxy itself; the server never sees one, and nobody gets one
/// back.
/// </summary>
internal static class KeyCommand
{
    public static Command Build(Cli cli)
    {
        var upstream = new Argument<string>("UPSTREAM") { Description = "anthropic, openai, or one that the habitat names" };
        var group = new Option<string?>("--group")
        {
            Description = "For this group alone; else for all without one of their own",
            HelpName = "ID",
        };
        var set = new Command("set", "Give the proxy a key: typed at the terminal, or from standard input") { upstream, group };
        cli.Runs(set, (call, cancel) => SetAsync(call, call.Value(upstream), Group(call.Value(group)), cancel));
        var remove = new Command("rm", "Make it forget one") { upstream, group };
        cli.Runs(remove, (call, cancel) => RemoveAsync(call, call.Value(upstream), Group(call.Value(group)), cancel));
        var list = cli.Runs(new Command("list", "Which there are, and since when") { Aliases = { "ls" } }, ListAsync);
        return new Command("key", "The keys of providers, which only the proxy has: set, list, rm")
        {
            Aliases = { "keys" },
            Subcommands = { set, list, remove },
        };
    }

    private static async Task<int> SetAsync(Call call, string upstream, GroupId? group, CancellationToken cancel)
    {
        var name = KeyLook.IsKey(upstream) ? throw NoName() : Name(upstream);
        using var link = await LinkAsync(call, cancel);
        await RefuseUnknownAsync(call, name, group, cancel);
        var key = await HiddenLine.ReadAsync(call.Io, $"key for {Whose(name, group)}", ControlPaths.LongestKey, cancel);
        try
        {
            await link.SetKeyAsync(name, group, key, cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        return Tell(call, name, group, "set", $"the proxy has a key for {Whose(name, group)}: calls use it from now on");
    }

    private static async Task<int> RemoveAsync(Call call, string upstream, GroupId? group, CancellationToken cancel)
    {
        var name = Name(upstream);
        using var link = await LinkAsync(call, cancel);
        await link.ForgetKeyAsync(name, group, cancel);
        return Tell(call, name, group, "removed", $"the proxy has forgotten the key for {Whose(name, group)}");
    }

    private static async Task<int> ListAsync(Call call, CancellationToken cancel)
    {
        var keys = (await ProxyAsync(call, cancel)).Read()!.Keys;
        if (call.Json)
        {
            call.Print(new { keys = keys.Select(key => JsonSerializer.SerializeToElement(key, OutboundJson.Default.KeyFact)) });
            return ExitCodes.Ok;
        }

        if (keys.Count == 0)
        {
            call.Note("there are none: creel key set anthropic");
            return ExitCodes.Ok;
        }

        var table = new TextTable("UPSTREAM", "GROUP", "SET");
        foreach (var key in keys)
        {
            table.Add(key.Upstream, key.Group?.Value ?? "all", $"{Words.Span(call.Time.GetUtcNow() - key.SetAt)} ago");
        }

        call.Show(table);
        return ExitCodes.Ok;
    }

    /// <exception cref="CreelException">It does not run.</exception>
    internal static async Task<ProxyView> ProxyAsync(Call call, CancellationToken cancel)
    {
        var view = Call.Read<ProxyView>(await call.Client.SendAsync(HttpMethod.Get, "proxy", null, cancel));
        return view.Status is not null
            ? view
            : throw new CreelException(
                Fault.Unavailable(
                    "proxy-down",
                    $"the proxy does not run: {view.Trouble}",
                    "see what it said: proxy.log in CREEL_HOME"
                )
            );
    }

    private static async Task<ProxyLink> LinkAsync(Call call, CancellationToken cancel) =>
        new((await ProxyAsync(call, cancel)).Control);

    private static int Tell(Call call, string upstream, GroupId? group, string state, string text)
    {
        if (call.Json)
        {
            call.Print(
                new
                {
                    upstream,
                    group = group?.Value,
                    state,
                }
            );
        }
        else
        {
            call.Say(text);
        }

        return ExitCodes.Ok;
    }

    /// <exception cref="CreelException">It is no name, and what was typed is not repeated: it may be the key itself.</exception>
    private static string Name(string upstream) =>
        upstream.Length <= 40 && AgentId.TryParse(upstream, out _) ? upstream : throw NoName();

    private static CreelException NoName() =>
        new(
            Fault.Invalid(
                "upstream-name",
                "the argument is the upstream's name, such as anthropic; the key itself is typed, or piped in",
                "creel key set anthropic <key.txt; and if that was a key, have a new one made: the shell may remember it"
            )
        );

    /// <summary>A key that no call would ever use is a slip.</summary>
    /// <exception cref="CreelException">The habitat that is up has no such upstream or group.</exception>
    private static async Task RefuseUnknownAsync(Call call, string upstream, GroupId? group, CancellationToken cancel)
    {
        HabitatView habitat;
        try
        {
            habitat = Call.Read<HabitatView>(await call.Client.GetAsync("habitat", cancel));
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            if (group is not null || BuiltInUpstreams.All.All(known => known.Name != upstream))
            {
                call.Note("no habitat is up: the key is kept for one that has that upstream or group");
            }

            return;
        }

        var names = habitat.Upstreams ?? [.. BuiltInUpstreams.All.Select(known => known.Name)];
        if (!names.Contains(upstream))
        {
            throw new CreelException(
                Fault.NotFound(
                    "upstream",
                    $"the habitat that is up has no upstream of that name; it has: {string.Join(", ", names)}",
                    "Name it in the habitat file, under 'upstreams', and: creel up"
                )
            );
        }

        if (group is not null && (habitat.Groups ?? []).All(known => known.Id != group.Value.Value))
        {
            throw new CreelException(
                Fault.NotFound("group", $"the habitat that is up has no group {group}", "See them: creel ps. Nothing was stored.")
            );
        }
    }

    private static GroupId? Group(string? text) => text is null ? null : GroupId.Parse(text);

    private static string Whose(string upstream, GroupId? group) => group is { } id ? $"{upstream}, for {id} alone" : upstream;
}
