using System.Reflection;
using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy;
using Creel.Proxy.Control;
using Creel.Proxy.Doors;
using Creel.Proxy.Hardening;
using Creel.Proxy.Ledger;
using Creel.Proxy.Logs;
using Creel.Proxy.Routes;

if (args is ["--version"])
{
    Console.Out.WriteLine(
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion
    );
    return ExitCodes.Ok;
}

if (ProxyArguments.Parse(args) is not { } arguments)
{
    var asked = args is ["--help"];
    var text = string.Join('\n', ProxyEnvironment.Settings.Select(s => $"  {s.Key}={s.Value}").Prepend(ProxyArguments.Usage));
    await (asked ? Console.Out : Console.Error).WriteLineAsync(text).ConfigureAwait(false);
    return asked ? ExitCodes.Ok : ExitCodes.Usage;
}

try
{
    OwnProcess.StartWithSettings();
    if (arguments.User is not null && !OwnProcess.IsRoot)
    {
        throw new CreelException(Fault.Refused("user", "only root can become another user", "leave --user out"));
    }

    // What needs root comes first: the folders, and the one socket that is not in a cell's.
    var cells = Path.Combine(arguments.Run, "proxy");
    OwnHome.Make(arguments.Home, arguments.User);
    SocketPlace.MakeParent(cells);
    using var control = ControlSocket.Bind(Path.Combine(arguments.Run, ControlPaths.SocketName), arguments.User);
    if (arguments.User is not null)
    {
        SocketPlace.Sweep(cells, folders: false);
        OwnProcess.Become(arguments.User);
    }

    OwnProcess.Harden();
    using var held = OwnHome.Lock(arguments.Home);
    var settings = new ProxySettings
    {
        Home = arguments.Home,
        Cells = cells,
        Credentials = Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"),
    };
    await using var money = MoneyBook.Open(Path.Combine(arguments.Home, "ledger.db"), settings.Time);
    using var logs = new ErrorLines(settings.Time);
    var book = new BookedCalls(money, new CallBook(money, settings.Time, logs.CreateLogger(nameof(CallBook))));
    var told = new MoneyRoutes(money, () => book.Tariff, settings.Time);
    await using var proxy = new ProxyHost(settings, control, book, logs, told);
    var ended = new TaskCompletionSource();
    using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    await proxy.StartAsync().ConfigureAwait(false);
    await Task.WhenAny(proxy.Stopping, ended.Task).ConfigureAwait(false);
    await proxy.StopAsync().ConfigureAwait(false);
    return ExitCodes.Ok;

    void End(PosixSignalContext context)
    {
        context.Cancel = true;
        ended.TrySetResult();
    }
}
catch (CreelException e)
{
    await Console.Error.WriteLineAsync($"creel-proxy: {e.Fault}").ConfigureAwait(false);
    return FaultTable.ExitCode(e.Fault.Kind);
}
