using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>Runs <c>creel verify</c> on every substrate that this machine has, and writes what came of it into docs/containment.md.</summary>
internal static class Containment
{
    private const string Session = """
        { name: "containment", isolation: "session", sharedPaths: ["SHARED"], agents: { list: [
          { id: "bart", default: true, driver: "DRIVER" }, { id: "lisa", driver: "DRIVER" } ] } }
        """;

    private const string Containers = """
        { name: "containment", isolation: "container", sharedPaths: ["SHARED"], agents: { list: [
          { id: "bart", default: true }, { id: "lisa" },
          { id: "marge", network: "internal" }, { id: "maggie", network: "bridge" } ] } }
        """;

    private const string OwnKernel = """
        { name: "containment", isolation: "container", sharedPaths: ["SHARED"], groups: { bart: { ociRuntime: "runsc" }, lisa: { ociRuntime: "runsc" } },
          agents: { list: [ { id: "bart", default: true, isolationGroup: "bart" }, { id: "lisa", isolationGroup: "lisa" } ] } }
        """;

    private const string Bare = """
        { name: "containment", isolation: "none", sharedPaths: ["SHARED"], agents: { list: [ { id: "bart", default: true }, { id: "lisa" } ] } }
        """;

    public static async Task<int> RunAsync()
    {
        using var shared = new OpenFolder();
        var columns = new List<TrialColumn>();
        foreach (
            var (title, habitat, agents) in new (string, string, string[])[]
            {
                ("bubblewrap", Session.Replace("DRIVER", "bubblewrap"), ["bart"]),
                ("docker", Containers, ["bart", "marge", "maggie"]),
                ("gVisor", OwnKernel, ["bart"]),
                ("none", Bare, ["bart"]),
            }
        )
        {
            columns.AddRange(await HereAsync(title, habitat.Replace("SHARED", shared.Path), agents));
        }

        if (SystemdContainer.Name is not null)
        {
            using var seen = new OpenFolder(SystemdContainer.Work);
            var habitat = Session.Replace("DRIVER", "systemd").Replace("SHARED", seen.Path);
            var result = await SystemdContainer.CreelAsync(habitat, "verify", "bart", "--json");
            columns.InsertRange(1, Read("systemd", result));
        }

        var versions = await VersionsAsync();
        ContainmentPage.Write(Path.Combine(Published.Root, "docs", "containment.md"), columns, versions);
        return columns.Any(c => c.Failed > 0) ? 1 : 0;
    }

    private static async Task<IReadOnlyList<TrialColumn>> HereAsync(string title, string habitat, string[] agents)
    {
        await using var serve = await Serve.StartAsync();
        var up = await serve.UpAsync(habitat);
        if (up.ExitCode != 0)
        {
            Console.Error.WriteLine($"containment: left out: {title}: {up.Error.Trim()}");
            return [];
        }

        return Read(title, await serve.CommandAsync(["verify", .. agents, "--json"]));
    }

    private static List<TrialColumn> Read(string title, CommandResult result)
    {
        var columns = new Dictionary<string, TrialColumn>();
        foreach (var line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var view = JsonDocument.Parse(line).RootElement;
            var cell = view.TryGetProperty("cell", out var id) ? id.GetString()! : "";
            switch (view.GetProperty("event").GetString())
            {
                case "cell":
                    columns[cell] = new TrialColumn($"{title}, {view.GetProperty("network").GetString()}");
                    break;
                case "attempt":
                    columns[cell].Rows.Add(TrialRow.From(view));
                    break;
            }
        }

        return [.. columns.Values];
    }

    private static async Task<string> VersionsAsync()
    {
        var home = Directory.CreateTempSubdirectory("creel-containment-").FullName;
        var drivers = await Published.CreelAsync(home, "driver", "list", "--offline", "--json");
        Directory.Delete(home, recursive: true);
        var sentences = JsonDocument
            .Parse(drivers.Output)
            .RootElement.GetProperty("drivers")
            .EnumerateArray()
            .Where(d => d.GetProperty("works").GetBoolean() && d.GetProperty("driver").GetString() != "host")
            .Select(d => d.GetProperty("sentence").GetString()!.Split(" makes cells")[0])
            .ToList();
        if (SystemdContainer.Name is { } container)
        {
            var systemd = await Published.RunAsync("docker", "/", ["exec", container, "systemctl", "--version"]);
            sentences.Add(string.Join(' ', systemd.Output.Split('\n')[0].Split(' ').Take(2)));
        }

        var kernel = (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim();
        var version = await Published.CreelAsync("/", "version");
        return $"{version.Output.Trim()}; Linux {kernel}; {string.Join("; ", sentences)}";
    }
}
