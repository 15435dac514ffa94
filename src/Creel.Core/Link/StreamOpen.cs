namespace Creel.Core.Link;

/// <summary>What a stream is opened to.</summary>
/// <param name="Kind"><c>shell</c> (a terminal), <c>exec</c> (no terminal; stdout and stderr together), <c>log</c> (the runtime's log), <c>tcp</c> (a port on the cell's loopback), or for <c>creel verify</c> alone <c>attempt</c> (what attacks the cell from inside) and <c>decoy</c> (what others look for in it).</param>
/// <param name="Command">shell, exec: an argument vector; empty: the login shell.</param>
/// <param name="Port">tcp.</param>
/// <param name="Follow">log: go on when the end is reached.</param>
/// <param name="Lines">log: start so many lines before the end.</param>
public sealed record StreamOpen(
    string Kind,
    string Agent,
    IReadOnlyList<string>? Command = null,
    int Columns = 80,
    int Rows = 24,
    int Port = 0,
    bool Follow = false,
    int Lines = 100,
    string? Term = null
);

/// <summary>How a stream ended.</summary>
/// <param name="ExitCode">shell, exec: the program's, 128 + n after signal n; 127 there is no such program, 126 it can't be run.</param>
/// <param name="Error">One sentence where it did not come to the program's own.</param>
public sealed record StreamEnd(int? ExitCode = null, string? Error = null);
