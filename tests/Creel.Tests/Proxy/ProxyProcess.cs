using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Creel.Core.Outbound;

namespace Creel.Tests.Proxy;

/// <summary>The real creel-proxy, as it was built beside these tests.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    /// <summary>In its folder: whose certificates it trusts.</summary>
    public const string RootsFile = "roots.pem";

    private readonly Process process;
    private readonly StringBuilder errors = new();

    private ProxyProcess(Process process, string folder)
    {
        this.process = process;
        Folder = folder;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        Control = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancel) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(ControlPath), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = new Uri("http://proxy"),
        };
    }

    public int Pid => process.Id;

    public string Folder { get; }

    public string ControlPath => Path.Combine(Folder, "run", ControlPaths.SocketName);

    public HttpClient Control { get; }

    public string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    public static async Task<ProxyProcess> StartAsync(string folder, params string[] more)
    {
        var proxy = Launch(folder, more);
        await Eventually.Until(async () => proxy.process.HasExited || await proxy.AnswersAsync());
        proxy.process.HasExited.ShouldBeFalse(proxy.Errors);
        return proxy;
    }

    /// <summary>Starts it, and waits until it has ended by itself.</summary>
    public static async Task<(int Code, string Errors)> RunAsync(string folder, params string[] more)
    {
        await using var proxy = Launch(folder, more);
        await proxy.process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return (proxy.process.ExitCode, proxy.Errors);
    }

    /// <summary>Whom it serves must be able to pass through.</summary>
    public static string MakeFolder()
    {
        var folder = Directory.CreateTempSubdirectory("creel-pp-").FullName;
        const UnixFileMode Passage = (UnixFileMode)0b111_001_001;
        File.SetUnixFileMode(folder, Passage);
        Directory.CreateDirectory(Path.Combine(folder, "run"), Passage);
        return folder;
    }

    public async Task<ProxyStatus> StatusAsync() =>
        JsonSerializer.Deserialize(await Control.GetStringAsync(ControlPaths.Status), OutboundJson.Default.ProxyStatus)!;

    public async Task<ProxyStatus> OrderAsync(ProxyOrders orders)
    {
        using var answer = await Control.PutAsync(ControlPaths.Orders, new ByteArrayContent(OrdersText.Write(orders)));
        return JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(), OutboundJson.Default.ProxyStatus)!;
    }

    public void Kill() => process.Kill();

    public async Task<int> EndedAsync()
    {
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Control.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static ProxyProcess Launch(string folder, string[] more)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "creel-proxy"),
            ["--home", Path.Combine(folder, "home"), "--run", Path.Combine(folder, "run"), .. more]
        )
        {
            RedirectStandardError = true,
        };
        var roots = Path.Combine(folder, RootsFile);
        if (File.Exists(roots))
        {
            start.Environment["SSL_CERT_FILE"] = roots;
        }

        return new ProxyProcess(Process.Start(start)!, folder);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await StatusAsync();
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
