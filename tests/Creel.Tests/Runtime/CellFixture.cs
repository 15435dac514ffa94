using System.Text.Json;

namespace Creel.Tests.Runtime;

/// <summary>A hub, a runtime process and their connection.</summary>
internal sealed class CellFixture : IAsyncDisposable
{
    private readonly TestFolder folder;

    public const string Agent = "bart";

    public required TestHub Hub { get; init; }

    public RuntimeProcess Process { get; private set; } = null!;

    public HubConnection Connection { get; private set; } = null!;

    public string Workspace => Directory.CreateDirectory(folder["work"]).FullName;

    public string State => folder["state"];

    public string Socket => folder["hub.sock"];

    public static async Task<CellFixture> StartAsync(params (string, string)[] variables)
    {
        var folder = new TestFolder();
        var workspace = Directory.CreateDirectory(folder["work"]).FullName;
        var cell = new CellFixture(folder) { Hub = await TestHub.StartAsync(folder["hub.sock"], Agent, workspace) };
        await cell.RestartAsync(variables);
        return cell;
    }

    private CellFixture(TestFolder folder) => this.folder = folder;

    public async Task RestartAsync(params (string, string)[] variables)
    {
        var number = Hub.Connections.Count;
        Process?.Dispose();
        Process = RuntimeProcess.Start(Socket, State, variables);
        Connection = await Hub.ConnectionAsync(number);
    }

    public Task<JsonElement> RunAsync(object task) => Connection.RunAsync(Agent, task);

    /// <summary>What a shell command printed, which must succeed.</summary>
    public async Task<string> PrintAsync(string command)
    {
        var response = await RunAsync(new { type = "exec", command });
        response.GetProperty("success").GetBoolean().ShouldBeTrue(response.ToString());
        return response.GetProperty("result").GetProperty("stdout").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Process.Dispose();
        KillLeftovers();
        await Hub.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A runtime that was killed left its tasks behind, as it would in a cell that goes on; they are known by their folder.</summary>
    private void KillLeftovers()
    {
        foreach (var process in Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)))
        {
            try
            {
                if (
                    File.ResolveLinkTarget(process + "/cwd", false)?.FullName.StartsWith(folder.Path, StringComparison.Ordinal)
                    == true
                )
                {
                    System.Diagnostics.Process.GetProcessById(int.Parse(Path.GetFileName(process))).Kill();
                }
            }
            catch (Exception e)
                when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
            {
                // Gone already, or not ours to look at.
            }
        }
    }
}
