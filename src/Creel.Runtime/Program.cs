using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Runtime;
using Creel.Runtime.Attempts;
using Creel.Runtime.Hardening;
using Creel.Runtime.Processes;
using Creel.Runtime.Relay;

const string Help = $"""
    creel-runtime: runs the tasks of a cell. A driver of Creel starts it.

    {CellPaths.HubSocketVariable}    the hub's unix socket, or:
    {RuntimeVariables.HubUrl}       ws:// or wss://, with
    {RuntimeVariables.Agent}         its id, and
    {RuntimeVariables.TokenFile}    a file with its token, or:
    {RuntimeVariables.AgentConfig}        a file with agentId, token and hubUrl
    {CellPaths.StateVariable}         journal, log and home; {CellPaths.State} if not set
    {CellPaths.CellVariable}          the cell's id
    {CellPaths.RelayPortVariable}    where programs reach proxy and hub on 127.0.0.1; 0: nowhere
    {CellPaths.ProxySocketVariable}  the proxy's unix socket
    {CellPaths.MemoryVariable}        bytes that the cell may use, for programs that can't see their limit
    {RuntimeVariables.Privileges}    keep: take no rights away (a machine that is a boundary by itself)
    """;

if (args is ["--version"])
{
    Console.Out.WriteLine(RuntimeVersion.Text);
    return ExitCodes.Ok;
}

if (args is ["--healthy"])
{
    return await RelayProbe.AnswersAsync(Environment.GetEnvironmentVariable).ConfigureAwait(false)
        ? ExitCodes.Ok
        : ExitCodes.Negative;
}

if (args is ["--attempt"])
{
    Diagnostics.Close();
    return AttemptProgram.Run(Console.OpenStandardInput(), Console.OpenStandardOutput());
}

if (args is ["--decoy", var word])
{
    Diagnostics.Close();
    return await Decoy.RunAsync(word, Console.In, Console.Out).ConfigureAwait(false);
}

if (args.Length > 0)
{
    (args is ["--help"] ? Console.Out : Console.Error).WriteLine(Help);
    return args is ["--help"] ? ExitCodes.Ok : ExitCodes.Usage;
}

try
{
    Privileges.KeepFilesFromTasks();
    Diagnostics.Close();
    var settings = RuntimeSettings.Read(Environment.GetEnvironmentVariable);
    if (!settings.KeepPrivileges)
    {
        Privileges.GiveUp();
    }

    Reaper.WaitForEverybody();
    using var state = StateFolder.Open(settings);
    var log = new RuntimeLog(Path.Combine(settings.State, "runtime.log"), TimeProvider.System);
    using var runtime = new CellRuntime(
        settings,
        Environment.GetEnvironmentVariable,
        log,
        TimeProvider.System,
        settings.KeepPrivileges
    );
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    void End(PosixSignalContext context)
    {
        context.Cancel = true;
        runtime.Stop();
    }

    log.Write($"creel-runtime {RuntimeVersion.Text} for {settings.Name}");
    await runtime.RunAsync().ConfigureAwait(false);
    return ExitCodes.Ok;
}
catch (CreelException e)
{
    StandardError.Write($"creel-runtime: {e.Fault}\n");
    return FaultTable.ExitCode(e.Fault.Kind);
}
