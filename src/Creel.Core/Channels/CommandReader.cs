using Creel.Core.Habitats.Gateway;
using Creel.Core.Sessions;

namespace Creel.Core.Channels;

/// <summary>What somebody asks of the gateway itself, whichever way it came: a command, or a word of the habitat's own that begins anew.</summary>
/// <param name="named">Commands are read; else those words alone.</param>
public sealed class CommandReader(SessionRules rules, bool named = true)
{
    /// <param name="us">The account's own name; null: not known, or none.</param>
    /// <param name="rest">What is written behind it; all of it where it is none.</param>
    /// <returns>Null: it is a message.</returns>
    public ControlCommand? Read(string text, string? us, out string rest)
    {
        if (named && ControlCommands.Read(text, us, out rest) is { } command)
        {
            return command;
        }

        if (Resets.IsTrigger(rules, MentionPatterns.Visible(text), out rest))
        {
            return ControlCommand.New;
        }

        rest = text;
        return null;
    }
}
