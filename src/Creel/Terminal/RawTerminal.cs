using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Creel.Terminal;

/// <summary>
/// The terminal handed over to a program elsewhere: every key goes through as it is. However the process ends, short of
/// <c>kill -9</c>, the terminal is put back as it was.
/// </summary>
internal sealed class RawTerminal : IDisposable
{
    private const int Input = 0;
    private const int Drain = 1;

    /// <summary>More than any libc's <c>struct termios</c> takes (60 bytes on Linux).</summary>
    private const int TermiosSize = 256;

    private readonly byte[] before = new byte[TermiosSize];
    private int restored;

    private RawTerminal() { }

    /// <exception cref="IOException">Standard input is no terminal.</exception>
    public static RawTerminal Open()
    {
        var terminal = new RawTerminal();
        if (GetAttributes(Input, terminal.before) != 0)
        {
            throw new IOException($"standard input is no terminal: {LastError()}");
        }

        AppDomain.CurrentDomain.ProcessExit += terminal.Restore;
        var raw = (byte[])terminal.before.Clone();
        MakeRaw(raw);
        if (SetAttributes(Input, Drain, raw) != 0)
        {
            var error = LastError();
            terminal.Dispose();
            throw new IOException($"the terminal can't be made raw: {error}");
        }

        return terminal;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Restore;
        Restore(null, EventArgs.Empty);
    }

    private static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    private void Restore(object? sender, EventArgs e)
    {
        if (Interlocked.Exchange(ref restored, 1) == 0)
        {
            _ = SetAttributes(Input, Drain, before);
        }
    }

    [DllImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static extern int GetAttributes(int descriptor, [Out] byte[] termios);

    [DllImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static extern int SetAttributes(int descriptor, int when, [In] byte[] termios);

    [DllImport("libc", EntryPoint = "cfmakeraw")]
    private static extern void MakeRaw([In, Out] byte[] termios);
}
