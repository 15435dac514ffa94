using Spectre.Console;

namespace Creel.Terminal;

/// <summary>The terminal as Spectre draws on it; only for when there is one.</summary>
internal static class Screen
{
    public static IAnsiConsole Of(CommandIo io) =>
        AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(io.Out),
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.Yes,
                ColorSystem = string.IsNullOrEmpty(io.Variable("NO_COLOR"))
                    ? ColorSystemSupport.Standard
                    : ColorSystemSupport.NoColors,
            }
        );
}
