using Creel.Core;
using Creel.Core.Link;
using Creel.Terminal;

namespace Creel.Commands.Streams;

/// <summary>The exit code of a program that ran in a cell is ours.</summary>
internal static class StreamExit
{
    /// <summary>With a code there may be a word about it: 127 for a program that is not there, 126 for one that can't be run.</summary>
    /// <exception cref="CreelException">It did not come to an exit code.</exception>
    public static int Code(Call call, StreamEnd? end)
    {
        if (end is { ExitCode: not null, Error: { Length: > 0 } why } && !call.Json)
        {
            call.Note($"creel: {PlainText.Line(why)}");
        }

        return end switch
        {
            { ExitCode: { } code } => code,
            { Error: { Length: > 0 } error } => throw new CreelException(
                new Fault(FaultKind.Internal, "stream-end", PlainText.Line(error))
            ),
            _ => ExitCodes.Ok,
        };
    }
}
