using System.Text.Json.Nodes;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Edits;

/// <summary>
/// A rule in one word, as people type it: <c>telegram</c>, <c>telegram:account</c>, <c>telegram:*</c>, <c>telegram:group:-100</c>,
/// <c>telegram:account:group:-100</c>. What follows a kind of peer is its id, colons and all.
/// </summary>
/// <param name="Account">Null: the default one, unsaid.</param>
public sealed record BindingSpec(string Channel, string? Account, Peer? Peer)
{
    /// <exception cref="CreelException">It is none.</exception>
    public static BindingSpec Parse(string text)
    {
        var parts = text.Trim().Split(':');
        var channel = RoutingText.Channel(parts[0]);
        var kindAt = Array.FindIndex(parts, 1, p => IsKind(p));
        kindAt = kindAt is 1 or 2 && parts.Length > kindAt + 1 ? kindAt : -1;
        var account = kindAt == 1 || parts.Length == 1 ? null : parts[1].Trim();
        if (
            channel.Length == 0
            || (kindAt < 0 && parts.Length > 2)
            || (parts.Length > 1 && kindAt < 0 && account!.Length == 0)
            || MergeBlocked(account)
        )
        {
            throw Wrong(text);
        }

        var peer = kindAt < 0 ? null : Peer.Of(parts[kindAt], string.Join(':', parts[(kindAt + 1)..]));
        return peer is { Id.Length: 0 }
            ? throw Wrong(text)
            : new BindingSpec(
                channel,
                string.IsNullOrEmpty(account) ? null
                    : account == "*" ? "*"
                    : RoutingText.Account(account),
                peer
            );
    }

    /// <summary>As an entry of <c>bindings</c>.</summary>
    public JsonObject Entry(string agent)
    {
        var match = new JsonObject { ["channel"] = Channel };
        if (Account is not null)
        {
            match["accountId"] = Account;
        }

        if (Peer is not null)
        {
            match["peer"] = new JsonObject { ["kind"] = Peer.Word, ["id"] = Peer.Id };
        }

        return new JsonObject { ["agentId"] = agent, ["match"] = match };
    }

    private static bool MergeBlocked(string? account) => account is "__proto__" or "prototype" or "constructor";

    private static bool IsKind(string word) => word.Trim().ToLowerInvariant() is "direct" or "dm" or "group" or "channel";

    private static CreelException Wrong(string text) =>
        new(
            Fault.Invalid(
                "binding",
                $"{Slug.Quote(text)} is no binding",
                "Write channel, channel:account, channel:kind:id or channel:account:kind:id; kind is direct, group or channel."
            )
        );
}
