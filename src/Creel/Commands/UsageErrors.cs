using System.CommandLine;
using System.CommandLine.Parsing;
using Creel.Commands.Compat;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary>What a wrong command line is answered with: one line with the cause, one with what to write instead.</summary>
internal static class UsageErrors
{
    public static int Report(ParseResult parsed, ErrorReport report)
    {
        var command = parsed.CommandResult.Command;
        var (message, remedy) = Say(parsed, command);
        return report.Say("usage", message, remedy, CompatCommand.Owns(parsed) ? ExitCodes.Negative : ExitCodes.Usage);
    }

    /// <summary>As it is typed: <c>creel task send</c>.</summary>
    public static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "creel";

    /// <summary>A word before <c>--</c> that looks like an option and is none: the parser would take it for an argument. Null: no such word.</summary>
    public static string? Stray(ParseResult parsed)
    {
        if (!parsed.CommandResult.Command.TreatUnmatchedTokensAsErrors)
        {
            return null;
        }

        return parsed
            .Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .FirstOrDefault(token => token is { Type: TokenType.Argument, Value: ['-', _, ..] })
            ?.Value;
    }

    private static (string Message, string Remedy) Say(ParseResult parsed, Command command)
    {
        var help = $"see: {Path(command)} --help";
        var verbs = command.Subcommands.Where(sub => !sub.Hidden).ToList();
        if ((Stray(parsed) ?? parsed.UnmatchedTokens.FirstOrDefault()) is { } word)
        {
            return Valueless(parsed, command, word) is { } option
                ? ($"{option} of {Path(command)} wants a value before '{word}'", help)
                : Unknown(command, word, verbs, help);
        }

        if (command is { Action: null } && verbs.Count > 0)
        {
            return ($"{Path(command)} wants a verb", $"one of: {string.Join(", ", verbs.Select(verb => verb.Name))}");
        }

        var missing = command.Arguments.Where(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument)?.Tokens is not { Count: > 0 }
        );
        var names = string.Join(" and ", missing.Select(argument => argument.Name));
        return (names.Length > 0 ? $"{Path(command)} wants {names}" : parsed.Errors[0].Message.TrimEnd('.'), help);
    }

    /// <summary>The option that took a true option for its value; null where the word is none, or nobody's value.</summary>
    private static string? Valueless(ParseResult parsed, Command command, string word) =>
        Options(command).Contains(word)
        && parsed.Tokens.TakeWhile(token => token.Value != word || token.Type != TokenType.Argument).LastOrDefault()
            is { Type: TokenType.Option } before
            ? before.Value
            : null;

    private static (string Message, string Remedy) Unknown(Command command, string word, List<Command> verbs, string help)
    {
        // What stands there may be the key itself, and this may be in somebody's log.
        if (Path(command) == "creel key set")
        {
            return (
                "creel key set takes one argument, the upstream's name",
                "the key itself is typed, or piped in: creel key set anthropic <key.txt"
            );
        }

        var shown = PlainText.Line(word, 60);
        var isOption = word.StartsWith('-');
        var known = isOption ? Options(command) : verbs.SelectMany(verb => verb.Aliases.Prepend(verb.Name));
        var kind =
            isOption ? "option of"
            : verbs.Count > 0 ? "verb of"
            : "argument of";
        var remedy =
            Nearest.To(word, known) is { } meant ? $"did you mean '{meant}'?"
            : isOption && command.Arguments.Any(argument => argument.Name == "COMMAND") ? "put -- before the agent's command"
            : help;
        return ($"'{shown}' is no {kind} {Path(command)}", remedy);
    }

    private static IEnumerable<string> Options(Command command)
    {
        var own = command.Options.Where(option => !option.Hidden);
        var above = command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive));
        var top = command
            .Parents.OfType<Command>()
            .SelectMany(parent => parent.Parents.OfType<Command>())
            .SelectMany(root => root.Options.Where(o => o.Recursive));
        return own.Concat(above).Concat(top).SelectMany(option => option.Aliases.Prepend(option.Name)).Distinct();
    }
}
