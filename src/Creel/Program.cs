using System.Runtime.InteropServices;
using Creel.Commands;
using Creel.Terminal;

using var stop = new CancellationTokenSource();
var asked = 0;

// The first request unwinds everything, terminals included; the second one does not wait for that.
void Stop(PosixSignalContext context)
{
    context.Cancel = Interlocked.Increment(ref asked) == 1;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);

return await Cli.RunAsync(args, CommandIo.OfProcess(), Parts.OfProcess(), stop.Token);
