using System.Runtime.InteropServices;
using Creel.Adapters.Linux;
using Creel.Commands;
using Creel.Core.Habitats;
using Creel.Roots;
using Creel.Roots.Checks;
using Creel.Terminal;

InheritedDescriptors.CloseOnExec();
using var stop = new CancellationTokenSource();
var asked = 0;
var interrupts = new Interrupts();

// The first request unwinds everything, terminals included; the second one does not wait for that.
void Stop(PosixSignalContext context)
{
    context.Cancel = Interlocked.Increment(ref asked) == 1;
    stop.Cancel();
}

void Interrupt(PosixSignalContext context)
{
    if (interrupts.Offer())
    {
        context.Cancel = true;
        return;
    }

    Stop(context);
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);

using var habitats = Surroundings.Habitats(TimeProvider.System);
var parts = new CliParts
{
    Serve = ServeRoot.RunAsync,
    Habitats = new OfflineHabitats(
        (path, lenient) => habitats.Read(path, lenient).Reading is var reading ? (reading.Model, reading.Problems) : default,
        HabitatJson.Write
    ),
    Drivers = DriverProofs.TakeAsync,
    Checks = Examination.TakeAsync,
    BuildImage = CellImages.BuildAsync,
    CallGateway = GatewayLines.CallAsync,
    Contract = ContractFiles.Parts,
    Render = RenderRoot.Parts,
    Self = UnixUser.Current,
    Boot = ServeAtBoot.Parts,
};
return await Cli.RunAsync(args, CommandIo.OfProcess(interrupts), parts, stop.Token);
