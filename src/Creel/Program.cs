using System.Runtime.InteropServices;
using Creel.Commands;
using Creel.Core;
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

// The parts that the composition root joins in.
var parts = new CliParts
{
    Serve = (_, _) => throw new CreelException(Fault.Missing("no-server", "this build of creel has no server")),
    Habitats = new HabitatSource(
        (_, _) => throw new CreelException(Fault.Missing("no-reader", "this build of creel reads no habitats")),
        _ => throw new CreelException(Fault.Missing("no-reader", "this build of creel reads no habitats"))
    ),
};
return await Cli.RunAsync(args, CommandIo.OfProcess(), parts, stop.Token);
