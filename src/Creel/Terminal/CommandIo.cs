using System.Text;

namespace Creel.Terminal;

/// <summary>What a command may read from and write to: the process's own, or a test's.</summary>
internal sealed class CommandIo
{
    public required Stream Input { get; init; }

    /// <summary>Standard output as bytes, for what must not be touched.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard output as text: the answer, and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error: notes, questions and errors.</summary>
    public required TextWriter Error { get; init; }

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>The terminal that standard output is.</summary>
    public Func<WindowSize> Window { get; init; } = () => WindowSize.Now(1);

    /// <summary>Ctrl-C, for a command that wants it for itself.</summary>
    public Interrupts Interrupts { get; init; } = new();

    /// <summary>So wide may lines be that a person reads. What goes into a file or another program is not folded.</summary>
    public int Columns => OutputIsTerminal ? Window().Columns : int.MaxValue;

    public required Func<string, string?> Variable { get; init; }

    public required string WorkingFolder { get; init; }

    public static CommandIo OfProcess(Interrupts interrupts)
    {
        var output = new StandardOutput(1);
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new CommandIo
        {
            Input = new StandardInput(),
            Output = output,
            Out = new StreamWriter(output, utf8) { AutoFlush = true },
            Error = new StreamWriter(new StandardOutput(2), utf8) { AutoFlush = true },
            InputIsTerminal = !Console.IsInputRedirected,
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Interrupts = interrupts,
            Variable = Environment.GetEnvironmentVariable,
            WorkingFolder = Environment.CurrentDirectory,
        };
    }
}
