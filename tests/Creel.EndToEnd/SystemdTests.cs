using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>The whole of Creel where systemd makes the cells.</summary>
public class SystemdTests
{
    private const string Habitat =
        "{ name: 'units', agents: { list: [{ id: 'lisa', driver: 'systemd', resources: { memory: '256m', cpu: 0.5, pids: 64 } }, { id: 'bart', driver: 'systemd',"
        + " isolation: 'session', sandbox: { mode: 'all', docker: { env: { STAGE: 'lab' }, setupCommand: 'echo $STAGE >> count' } } }] } }";

    [SystemdFact]
    public async Task Units_are_brought_up_work_are_adopted_and_go()
    {
        await using var host = await SystemdHost.StartAsync();
        var up = await host.UpAsync(Habitat);
        up.ExitCode.ShouldBe(0, up.ToString());
        var cells = await CellsAsync(host);
        cells
            .Select(c => (c.GetProperty("driver").GetString(), c.GetProperty("state").GetString()))
            .ShouldBe([("systemd", "running"), ("systemd", "running")]);
        var units = cells.Select(c => $"creel-{c.GetProperty("id").GetString()}.service").ToList();

        var said = await host.CreelAsync(
            "exec",
            "lisa",
            "--",
            "sh",
            "-c",
            "id -un; echo mine >/workspace/lisa/note; grep Seccomp: /proc/self/status; (sleep 600 >/dev/null 2>&1 & echo $!) >/workspace/lisa/sleeper"
        );
        said.ExitCode.ShouldBe(0, said.ToString());
        said.Output.ShouldContain("agent\n");
        said.Output.ShouldContain("Seccomp:\t2");
        (await host.CreelAsync("exec", "bart", "--", "ls", "/workspace/lisa")).ExitCode.ShouldNotBe(0);
        var made = await host.CreelAsync("exec", "bart", "--", "sh", "-c", "cat /workspace/bart/count; echo $STAGE");
        made.Output.ShouldBe("lab\nlab\n", made.ToString());
        (await host.CreelAsync("exec", "lisa", "--", "perl", "-e", "$x = 'x' x (400 << 20)")).ExitCode.ShouldBe(
            137,
            "of its memory limit"
        );

        await host.KillAsync();
        (await host.ShellAsync($"systemctl is-active {string.Join(' ', units)}")).Output.ShouldBe("active\nactive\n");
        await host.LaunchAsync();
        await Serve.Until(
            async () => await CellsAsync(host) is { Count: 2 } all && all.All(c => c.GetProperty("connected").GetBoolean()),
            TimeSpan.FromSeconds(30),
            "the adoption"
        );
        var after = await host.CreelAsync(
            "exec",
            "lisa",
            "--",
            "sh",
            "-c",
            "kill -0 $(cat /workspace/lisa/sleeper) && cat /workspace/lisa/note"
        );
        after.Output.ShouldBe("mine\n", after.ToString());

        (await host.ShellAsync($"systemctl set-property --runtime {units[0]} TasksMax=50")).ExitCode.ShouldBe(0);
        (await host.CreelAsync("plan")).Error.ShouldContain($"its unit {units[0]} was changed by hand");
        (await host.CreelAsync("down", "--yes")).ExitCode.ShouldBe(0);
        await host.ShellAsync($"rm -r /run/systemd/system.control/{units[0]}.d");
        (await host.ShellAsync($"systemctl list-units --all --no-legend {string.Join(' ', units)}")).Output.ShouldBe("");
    }

    /// <summary>None while serve is not there yet: the document then tells the error.</summary>
    private static async Task<List<JsonElement>> CellsAsync(SystemdHost host)
    {
        var listed = await host.CreelAsync("ps", "--json");
        if (listed.ExitCode != 0)
        {
            return [];
        }

        using var json = JsonDocument.Parse(listed.Output);
        return [.. json.RootElement.GetProperty("cells").Clone().EnumerateArray()];
    }
}
