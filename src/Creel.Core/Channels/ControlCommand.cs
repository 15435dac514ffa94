namespace Creel.Core.Channels;

/// <summary>What a sender may ask of the gateway itself, instead of an agent.</summary>
public enum ControlCommand
{
    /// <summary><c>/new</c>: a fresh conversation.</summary>
    New,

    /// <summary><c>/reset</c>: the same.</summary>
    Reset,

    /// <summary><c>/stop</c>: ends what runs and waits.</summary>
    Stop,

    /// <summary><c>/status</c>: who answers here, and how it stands.</summary>
    Status,

    /// <summary><c>/whoami</c>: the sender's own id, as lists want it.</summary>
    Whoami,

    /// <summary><c>/help</c>: these.</summary>
    Help,

    /// <summary><c>/model</c>: which one thinks here, and which may; with a name behind it, that one from now on.</summary>
    Model,
}

public static class ControlCommands
{
    /// <summary>Each by its name, in the order of a menu.</summary>
    public static IReadOnlyList<(ControlCommand Command, string Name, string Does)> All { get; } =
    [
        (ControlCommand.New, "new", "Begin a new conversation"),
        (ControlCommand.Reset, "reset", "Begin a new conversation"),
        (ControlCommand.Stop, "stop", "Stop what I am at"),
        (ControlCommand.Status, "status", "Who answers here, and how it stands"),
        (ControlCommand.Whoami, "whoami", "Your id here"),
        (ControlCommand.Model, "model", "Which model I think with, or another one for this conversation"),
        (ControlCommand.Help, "help", "What I may be asked"),
    ];

    /// <summary>A conversation begins with it, and what is written behind it is its first message.</summary>
    public static bool Begins(this ControlCommand command) => command is ControlCommand.New or ControlCommand.Reset;

    /// <summary>It changes what the conversation is for all who share it: not everybody may who may command.</summary>
    /// <param name="rest">What is written behind it.</param>
    public static bool Changes(this ControlCommand command, string rest) =>
        command.Begins() || (command == ControlCommand.Model && rest.Length > 0);

    /// <param name="us">The account's own name: a command may say whom it is for (<c>/new@bart_bot</c>); null: not known.</param>
    /// <param name="rest">What is written behind it; empty: nothing.</param>
    /// <returns>Null: it is none, or is another one's.</returns>
    public static ControlCommand? Read(string text, string? us, out string rest)
    {
        rest = "";
        var clean = MentionPatterns.Visible(text).Trim();
        if (clean.Length < 2 || clean[0] != '/')
        {
            return null;
        }

        var end = clean.AsSpan().IndexOfAny(" \n\t\r:");
        var word = end < 0 ? clean[1..] : clean[1..end];
        rest = end < 0 ? "" : clean[(end + 1)..].Trim();
        if (word.IndexOf('@') is var at and >= 0)
        {
            if (us is null || !word.AsSpan(at + 1).Equals(us, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            word = word[..at];
        }

        foreach (var (command, name, _) in All)
        {
            if (word.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return command;
            }
        }

        return null;
    }
}
