using Creel.Core;
using Creel.Core.Link;
using Creel.Terminal;

namespace Creel.Commands.Streams;

/// <summary>The exit code of a program that ran in a cell is ours.</summary>
internal static class StreamExit
{
    /// <exception cref="CreelException">It did not come to an exit code.</exception>
    public static int Code(StreamEnd? end) =>
        end switch
        {
            { ExitCode: { } code } => code,
            { Error: { Length: > 0 } error } => throw new CreelException(
                new Fault(FaultKind.Internal, "stream-end", PlainText.Line(error))
            ),
            _ => ExitCodes.Ok,
        };
}
