using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>What becomes of what an agent says when the clock woke it.</summary>
public static class HeartbeatAnswer
{
    public const string Ok = "HEARTBEAT_OK";

    /// <summary>What the agent is asked where the configuration says nothing.</summary>
    public const string UsualPrompt =
        "Read HEARTBEAT.md if it is in your workspace, and do what it says; don't take up old tasks of earlier conversations. "
        + "If nothing needs attention, answer HEARTBEAT_OK.";

    /// <summary>What is left to tell somebody; null: nothing.</summary>
    /// <param name="mostBeside">So much may stand beside the word without being told, in characters.</param>
    public static string? ToTell(string? text, int mostBeside)
    {
        var said = text?.Trim() ?? "";
        if (said.Length == 0)
        {
            return null;
        }

        // As people write it: in bold, in code, with a full stop.
        var bare = said.Trim('*', '`', '_', '.', '!', ' ', '\n');
        var beside =
            bare.StartsWith(Ok, StringComparison.Ordinal) ? bare[Ok.Length..]
            : bare.EndsWith(Ok, StringComparison.Ordinal) ? bare[..^Ok.Length]
            : null;
        return beside is null ? said
            : beside.Trim('*', '`', '_', '.', '!', ' ', '\n').Length <= mostBeside ? null
            : beside.Trim();
    }

    /// <summary>Where it goes: to the last person or room, or to the one that was named.</summary>
    /// <returns>Null: nowhere.</returns>
    public static TurnOrigin? Target(HeartbeatModel rule, SessionEntry? session)
    {
        if (rule.Target == "none")
        {
            return null;
        }

        var channel = rule.Target == "last" ? session?.LastChannel : RoutingText.Channel(rule.Target);
        var known = channel is not null && session?.LastChannel == channel;
        var to = rule.To ?? (known ? session!.LastTo : null);
        if (channel is null or "webchat" || to is null)
        {
            return null;
        }

        var peer =
            to.Split(':', 2) is [var kind, var id] && kind is "direct" or "dm" or "group" or "channel"
                ? Peer.Of(to.Split(':', 2)[0], to.Split(':', 2)[1])
                : Peer.Of("direct", to);
        if (peer.Kind == PeerKind.Direct && !rule.DirectAllowed)
        {
            return null;
        }

        var account = rule.AccountId ?? (known ? session!.LastAccountId : null) ?? RoutingText.DefaultAccount;
        return new TurnOrigin(channel, account, peer, null, null, false)
        {
            ThreadId = known && rule.To is null ? session!.LastThreadId : null,
        };
    }

    /// <summary>A file that says nothing: headings, empty list items and comments are no tasks.</summary>
    public static bool SaysNothing(string file)
    {
        var text = System.Text.RegularExpressions.Regex.Replace(
            file,
            "<!--.*?(-->|$)",
            "",
            System.Text.RegularExpressions.RegexOptions.Singleline
        );
        return text.Split('\n')
            .Select(l => l.Trim())
            .All(l => l.Length == 0 || l.StartsWith('#') || l is "-" or "*" or "- [ ]" or "* [ ]");
    }
}
