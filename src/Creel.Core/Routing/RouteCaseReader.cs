using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Routing;

/// <summary>
/// Reads a table of expectations: a line each, <c>{ id, config, input, expected }</c>, in JSON. <c>config</c> may be left out, and of
/// <c>expected</c> whatever doesn't matter. <c>byVersion</c> may say what one version answers differently.
/// </summary>
public static class RouteCaseReader
{
    /// <param name="line">From 1, for messages and for cases without an id.</param>
    /// <exception cref="CreelException">The line is no case.</exception>
    public static RouteCase Read(string file, int line, string text, RoutingManner manner)
    {
        var place = $"{file}:{line}";
        var reading = Json5Reader.Read(place, text);
        if (reading.Problems.FirstOrDefault(p => p.Severity == Severity.Error) is { } problem)
        {
            throw Wrong(place, problem.Message);
        }

        if (reading.Root is not Json5Object row)
        {
            throw Wrong(place, "a case is an object");
        }

        if (row.Value("input") is not Json5Object input)
        {
            throw Wrong(place, "a case needs an input: { channel, accountId, peer: { kind, id }, … }");
        }

        if (ExpectedOf(row, manner) is not { } expected)
        {
            throw Wrong(place, "a case needs an expected: { agentId, sessionKey, matchedBy, … } or { error: \"code\" }");
        }

        return new RouteCase(
            Values.Id(row.Value("id")) ?? $"line {line}",
            row.Value("config") is Json5Object config ? RoutingReader.Read(config, manner).Model : null,
            Source(input),
            Expectation(expected)
        );
    }

    private static MessageSource Source(Json5Object input) =>
        new(Values.Text(input.Value("channel")), Values.Text(input.Value("accountId")))
        {
            Peer = PeerOf(input.Value("peer")),
            ParentPeer = PeerOf(input.Value("parentPeer")),
            GuildId = Values.Id(input.Value("guildId")),
            TeamId = Values.Id(input.Value("teamId")),
            MemberRoleIds = input.Value("memberRoleIds") is Json5Array roles
                ? [.. roles.Items.Select(Values.Id).OfType<string>()]
                : [],
        };

    private static Peer? PeerOf(Json5Node? node) =>
        node is Json5Object peer ? Peer.Of(Values.Text(peer.Value("kind")), Values.Id(peer.Value("id")) ?? "") : null;

    private static Json5Object? ExpectedOf(Json5Object row, RoutingManner manner) =>
        ((row.Value("byVersion") as Json5Object)?.Value(manner.Name) ?? row.Value("expected")) as Json5Object;

    private static RouteExpectation Expectation(Json5Object expected) =>
        new()
        {
            Agent = Said(expected, "agentId"),
            Account = Said(expected, "accountId"),
            SessionKey = Said(expected, "sessionKey"),
            MainSessionKey = Said(expected, "mainSessionKey"),
            MatchedBy = Said(expected, "matchedBy"),
            Refused = expected.Value("error") switch
            {
                Json5String code => code.Value,
                Json5Object error => Said(error, "code") ?? "*",
                _ => null,
            },
        };

    private static string? Said(Json5Object expected, string key) => expected.Value(key) is Json5String text ? text.Value : null;

    private static CreelException Wrong(string place, string why) => new(Fault.Invalid("route-case", $"{place}: {why}"));
}
