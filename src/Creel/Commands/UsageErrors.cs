using System.CommandLine;
using Creel.Commands.Compat;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary>What a wrong command line is answered with: one line with the cause, one with what to write instead.</summary>
internal static class UsageErrors
{
    public static int Report(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        var (message, remedy) = Say(parsed, command);
        ErrorReport.Line(error, message, remedy);
        return CompatCommand.Owns(parsed) ? ExitCodes.Negative : ExitCodes.Usage;
    }

    /// <summary>As it is typed: <c>creel task send</c>.</summary>
    public static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "creel";

    private static (string Message, string Remedy) Say(ParseResult parsed, Command command)
    {
        var help = $"see: {Path(command)} --help";
        var verbs = command.Subcommands.Where(sub => !sub.Hidden).ToList();
        if (parsed.UnmatchedTokens.Count == 0)
        {
            return command is { Action: null } && verbs.Count > 0
                ? ($"{Path(command)} wants a verb", $"one of: {string.Join(", ", verbs.Select(verb => verb.Name))}")
                : (parsed.Errors[0].Message.TrimEnd('.'), help);
        }

        var word = parsed.UnmatchedTokens[0];
        var shown = PlainText.Line(word, 60);
        var takesCommand = command.Arguments.Any(argument => argument.Name == "COMMAND");
        if (takesCommand && word.StartsWith('-'))
        {
            return ($"'{shown}' is no option of {Path(command)}", "put -- before the agent's command");
        }

        var known = word.StartsWith('-') ? Options(command) : verbs.SelectMany(verb => verb.Aliases.Prepend(verb.Name));
        var kind = word.StartsWith('-') ? "option of" : verbs.Count > 0 ? "verb of" : "argument of";
        return ($"'{shown}' is no {kind} {Path(command)}", Nearest.To(word, known) is { } meant ? $"did you mean '{meant}'?" : help);
    }

    private static IEnumerable<string> Options(Command command)
    {
        var own = command.Options.Where(option => !option.Hidden);
        var above = command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive));
        var top = command.Parents.OfType<Command>().SelectMany(parent => parent.Parents.OfType<Command>()).SelectMany(root => root.Options.Where(o => o.Recursive));
        return own.Concat(above).Concat(top).SelectMany(option => option.Aliases.Prepend(option.Name)).Distinct();
    }
}
