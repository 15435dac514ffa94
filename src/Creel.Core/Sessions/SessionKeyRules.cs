using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>The one name of a conversation, out of what somebody wrote.</summary>
public static class SessionKeyRules
{
    private const int Longest = 512;

    /// <summary>Of a name that an agent gives a conversation.</summary>
    public const int LongestName = 128;
    private const int LongestQuote = 200;
    private const string Global = "global";

    /// <summary>
    /// <c>main</c>, the configured main key and both with <c>agent:&lt;id&gt;:</c> are the agent's main conversation. With scope <c>global</c> that is
    /// <c>agent:&lt;id&gt;:global</c>: agents are kept apart, so each has one. A key that names no agent is the default agent's.
    /// </summary>
    /// <exception cref="CreelException">It names no agent that there is, or is no key.</exception>
    public static (AgentId Agent, string Key) Canonical(string? key, SessionSettings settings, AgentId? agent = null)
    {
        var text = RoutingText.Trim(key);
        if (text.Length is 0 or > Longest || text.Any(c => char.IsControl(c)))
        {
            throw Wrong(text, "a session's key is 1 to 512 characters without control characters");
        }

        switch (SessionKeyText.Shape(text))
        {
            case SessionKeyShape.Agent:
                var parsed = SessionKeyText.Parse(text)!;
                var named = Named(parsed.Agent, settings);
                return (named, Of(named, Rest(text, parsed), settings.Session.Keys));
            case SessionKeyShape.LegacyOrAlias:
                var owner = agent ?? settings.Default ?? throw NoDefault(text);
                return (owner, Of(Named(owner.Value, settings), Lower(text), settings.Session.Keys));
            default:
                throw Wrong(text, "it is written agent:<id>:<name>");
        }
    }

    /// <summary>An agent's main conversation.</summary>
    public static string Main(AgentId agent, SessionModel keys) => $"agent:{agent}:{(keys.Global ? Global : keys.MainKey)}";

    /// <summary>
    /// What follows the agent is made of ASCII letters and digits and of <c>: _ . + @ -</c>, and is short: no words of somebody's are in it. So is
    /// each name that a cell may bring up; messengers have others.
    /// </summary>
    public static bool IsPlain(string key) =>
        SessionKeyText.Parse(key) is { Rest: var rest }
        && rest.Length <= LongestName
        && rest.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '_' or '.' or '+' or '@' or '-');

    /// <summary>Only signs that can be seen, and no gap: what a cell's own index names may be taken up.</summary>
    public static bool IsOneWord(string key) => !key.Contains(' ', StringComparison.Ordinal) && PlainLine.Of(key, Longest) == key;

    /// <summary>A key as it stands among words of ours: quoted, without spaces, and cut.</summary>
    public static string Quote(string key) => $"\"{PlainLine.Of(key, LongestQuote).Replace('"', '\'').Replace(' ', '_')}\"";

    private static string Of(AgentId agent, string rest, SessionModel keys) =>
        rest == RoutingText.MainKey || rest == keys.MainKey || (keys.Global && rest == Global)
            ? Main(agent, keys)
            : $"agent:{agent}:{rest}";

    /// <summary>As it was written where the id of a room has a case of its own.</summary>
    private static string Rest(string text, ParsedSessionKey parsed) =>
        parsed.Rest.StartsWith("signal:", StringComparison.Ordinal) || parsed.Rest.StartsWith("matrix:", StringComparison.Ordinal)
            ? Lower(string.Join(':', text.Split(':', StringSplitOptions.RemoveEmptyEntries).Skip(2)))
            : parsed.Rest;

    private static string Lower(string rest) =>
        rest.Split(':', 2) is [var channel, _]
        && (
            channel.Equals("signal", StringComparison.OrdinalIgnoreCase)
            || channel.Equals("matrix", StringComparison.OrdinalIgnoreCase)
        )
            ? channel.ToLowerInvariant() + rest[channel.Length..]
            : rest.ToLowerInvariant();

    private static AgentId Named(string id, SessionSettings settings) =>
        AgentId.TryParse(id, out var agent) && settings.Find(agent) is not null
            ? agent
            : throw new CreelException(
                Fault.NotFound("unknown-agent", $"there is no agent {Slug.Quote(id)}", "list them: creel agent list")
            );

    private static CreelException NoDefault(string text) =>
        new(
            Fault.Invalid(
                "session-key",
                $"{Slug.Quote(text)} names no agent, and none is the default",
                "write agent:<id>:<name>, or give an agent default: true"
            )
        );

    private static CreelException Wrong(string text, string rule) =>
        new(Fault.Invalid("session-key", $"{Slug.Quote(text)} is no session's key: {rule}"));
}
