using System.Diagnostics;

namespace Creel.Bench;

/// <summary>An nginx of this machine, with a folder and a configuration of its own.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private readonly Process process;

    private NginxProcess(Process process) => this.process = process;

    /// <summary>The master's child does all the work.</summary>
    public int Worker { get; private set; }

    public static bool IsHere => Program() is not null;

    /// <param name="servers">What stands in the <c>http</c> section beside folders and defaults.</param>
    /// <param name="socket">The path of a Unix socket that is there once it listens.</param>
    public static async Task<NginxProcess> StartAsync(string folder, string name, string servers, string socket)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        var file = Path.Combine(place, "nginx.conf");
        await File.WriteAllTextAsync(
            file,
            $$"""
            worker_processes 1;
            daemon off;
            pid {{place}}/pid;
            error_log {{place}}/error.log;
            events { worker_connections 4096; }
            http {
                client_body_temp_path {{place}}/body;
                proxy_temp_path {{place}}/proxy;
                fastcgi_temp_path {{place}}/fastcgi;
                uwsgi_temp_path {{place}}/uwsgi;
                scgi_temp_path {{place}}/scgi;
                keepalive_requests 100000000;
                {{servers}}
            }
            """
        );
        var nginx = new NginxProcess(
            Process.Start(new ProcessStartInfo(Program()!, ["-c", file, "-p", place]) { RedirectStandardError = true })!
        );
        await Ready.WhenAsync(() => File.Exists(socket) && nginx.FindWorker());
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        // The master takes its worker with it.
        using (Process.Start("/bin/kill", ["-TERM", $"{process.Id}"])) { }
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string? Program() => new[] { "/usr/sbin/nginx", "/usr/bin/nginx" }.FirstOrDefault(File.Exists);

    private bool FindWorker()
    {
        var children = $"/proc/{process.Id}/task/{process.Id}/children";
        var first = File.Exists(children) ? File.ReadAllText(children).Split(' ')[0] : "";
        Worker = first.Length > 0 ? int.Parse(first, System.Globalization.CultureInfo.InvariantCulture) : 0;
        return Worker > 0;
    }
}
