using System.Runtime.InteropServices;
using Creel.Samples.Telegram;

// A Telegram for trying things out: no account, no phone, nothing leaves this machine.
//   telegram-stand-in TOKEN=NAME…      prints the address for channels.telegram.apiRoot, then what bots say, a line each
// Each line of standard input is a message to a bot: NAME CHAT TEXT. It ends with its input, and with SIGTERM or SIGINT.
if (args.Length == 0 || args.Any(a => a.Split('=') is not [{ Length: > 0 }, { Length: > 0 }]))
{
    await Console.Error.WriteLineAsync("usage: telegram-stand-in TOKEN=NAME…    (lines on standard input: NAME CHAT TEXT)");
    return 64;
}

using var told = new CancellationTokenSource();
await using var telegram = await StandInTelegram.StartAsync();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
var bots = new Dictionary<string, StandInBot>();
foreach (var (token, name) in args.Select(a => a.Split('=')).Select(a => (a[0], a[1])))
{
    var bot = telegram.Bot(token, 1000 + bots.Count, name);
    bot.AfterSend = said => Console.WriteLine($"{said.Bot} {said.Chat} {said.Text.ReplaceLineEndings(" ")}");
    bots[name] = bot;
}

Console.WriteLine(telegram.Root);
try
{
    while (await NextAsync() is { } line)
    {
        if (
            line.Split(' ', 3) is [var name, var chat, var text]
            && long.TryParse(chat, out var id)
            && bots.TryGetValue(name, out var bot)
        )
        {
            await telegram.WriteAsync(bot, Payloads.Direct(id, text));
        }
        else
        {
            await Console.Error.WriteLineAsync($"not understood: {line}    (a message is: NAME CHAT TEXT)");
        }
    }
}
catch (OperationCanceledException) when (told.IsCancellationRequested)
{
    // That was the end of it.
}

return 0;

// The console reads a line in one blocking call, whatever it is named; nobody waits for that one when it is over.
Task<string?> NextAsync() => Task.Run(Console.In.ReadLine).WaitAsync(told.Token);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    told.Cancel();
}
