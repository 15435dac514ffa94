using Creel.Commands.Streams;
using Creel.Core;

namespace Creel.Commands.Compat.Containers;

/// <summary>A program in an agent's cell, in its workspace: bytes in, and what it printed out.</summary>
/// <param name="Output">Both of its outputs.</param>
internal sealed record CellProgram(int ExitCode, byte[] Output)
{
    private const int Most = 4 << 20;

    /// <exception cref="CreelException">It can't be started, or prints without end.</exception>
    public static async Task<CellProgram> RunAsync(
        Call call,
        Claw claw,
        IReadOnlyList<string> command,
        ReadOnlyMemory<byte> input,
        CancellationToken cancel
    )
    {
        await using var stream = await call.Client.StreamAsync(
            claw.Id,
            StreamQuery.Of("exec", StreamQuery.Command(command)),
            cancel
        );
        var feeding = FeedAsync();
        using var output = new MemoryStream();
        var piece = new byte[32 * 1024];
        for (int count; (count = await stream.ReadAsync(piece, cancel)) > 0; )
        {
            output.Write(piece, 0, count);
            if (output.Length > Most)
            {
                throw new CreelException(
                    Fault.Invalid("output-long", $"{command[0]} in {claw.Id} prints more than {Most >> 20} MiB")
                );
            }
        }

        await feeding;
        return new CellProgram(StreamExit.Code(call, stream.End), output.ToArray());

        async Task FeedAsync()
        {
            try
            {
                for (var at = 0; at < input.Length; at += 16 * 1024)
                {
                    await stream.WriteAsync(input.Slice(at, Math.Min(16 * 1024, input.Length - at)), cancel);
                }

                await stream.FinishAsync(cancel);
            }
            catch (Exception e) when (e is CreelException or IOException or ObjectDisposedException)
            {
                // A program that ends without reading: its exit code says more.
            }
        }
    }
}
