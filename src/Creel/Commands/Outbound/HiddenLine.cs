using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Outbound;

/// <summary>A secret: from a terminal a line that is not shown, from elsewhere all that comes. It is never an argument.</summary>
internal static class HiddenLine
{
    private const byte Interrupt = 3;
    private const byte End = 4;
    private const byte Backspace = 8;
    private const byte Delete = 127;

    /// <returns>The caller overwrites it.</returns>
    /// <exception cref="CreelException">Nothing came, or too much.</exception>
    public static async Task<byte[]> ReadAsync(CommandIo io, string prompt, int longest, CancellationToken cancel)
    {
        var secret = io.InputIsTerminal ? await TypedAsync(io, prompt, longest, cancel) : await PipedAsync(io, longest, cancel);
        return secret.Length switch
        {
            0 => throw new CreelException(Fault.Invalid("no-secret", "nothing was given", "type it, or pipe it in: … <file")),
            var length when length > longest => throw new CreelException(
                Fault.Invalid("secret-long", $"that has more than {longest} bytes, which no key has")
            ),
            _ => secret,
        };
    }

    private static async Task<byte[]> TypedAsync(CommandIo io, string prompt, int longest, CancellationToken cancel)
    {
        await io.Error.WriteAsync($"{prompt}: ");
        var line = GC.AllocateArray<byte>(longest + 1, pinned: true);
        var length = 0;
        using (RawTerminal.Open())
        {
            var one = new byte[1];
            while (await io.Input.ReadAsync(one, cancel) > 0 && one[0] is not ((byte)'\r' or (byte)'\n' or End))
            {
                switch (one[0])
                {
                    case Interrupt:
                        throw new OperationCanceledException();
                    case Backspace or Delete:
                        length = Math.Max(0, length - 1);
                        break;
                    default:
                        length = Math.Min(length + 1, line.Length);
                        line[length - 1] = one[0];
                        break;
                }
            }
        }

        await io.Error.WriteLineAsync();
        return line[..length];
    }

    private static async Task<byte[]> PipedAsync(CommandIo io, int longest, CancellationToken cancel)
    {
        var all = GC.AllocateArray<byte>(longest + 3, pinned: true);
        var length = 0;
        int count;
        while (length < all.Length && (count = await io.Input.ReadAsync(all.AsMemory(length), cancel)) > 0)
        {
            length += count;
        }

        // The end of the line that an editor, or echo, puts there.
        while (length > 0 && all[length - 1] is (byte)'\n' or (byte)'\r')
        {
            length--;
        }

        return all[..length];
    }
}
