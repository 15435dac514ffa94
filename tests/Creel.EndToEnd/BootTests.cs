using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>Serve as a unit of a real systemd, in the container that <c>./do substrates up systemd</c> makes.</summary>
public class BootTests
{
    private static readonly string Container = Environment.GetEnvironmentVariable("CREEL_SYSTEMD_CONTAINER") ?? "";

    [InSystemdFact]
    public async Task Serve_starts_by_the_system_and_its_cells_go_on_over_a_restart_of_it()
    {
        var substrates = Environment.GetEnvironmentVariable("CREEL_SUBSTRATE_DIR") ?? "/var/tmp/creel-substrates";
        var folder = Path.Combine(substrates, "systemd-work", $"boot-{Guid.NewGuid():N}");
        var (home, name) = (Path.Combine(folder, "home"), $"creel-{Guid.NewGuid():N}"[..14]);
        Directory.CreateDirectory(folder);
        await Published.RunAsync("cp", folder, ["-r", Published.Folder, Path.Combine(folder, "bin")]);
        var creel = Path.Combine(folder, "bin", "creel");
        var habitat = Path.Combine(folder, "habitat.json5");
        await File.WriteAllTextAsync(habitat, "{ name: 'boot', agents: { list: [{ id: 'bart', driver: 'systemd' }] } }");
        try
        {
            (await InAsync(home, creel, "service", "status", "--name", name)).ExitCode.ShouldBe(1);
            var installed = await InAsync(
                home,
                creel,
                "service",
                "install",
                "--name",
                name,
                "--http-port",
                "0",
                "--ws-port",
                "0"
            );
            installed.ExitCode.ShouldBe(0, installed.ToString());
            installed.Output.ShouldContain("is active, and starts with the machine");
            (await InAsync(home, creel, "service", "status", "--name", name)).Output.ShouldContain($"home {home}");
            var other = await InAsync($"{home}2", creel, "service", "install", "--name", name, "--http-port", "0");
            (other.ExitCode, other.Error.Contains(home)).ShouldBe((5, true), other.ToString());
            var second = await InAsync(home, creel, "service", "install", "--name", $"{name}b", "--http-port", "0");
            (second.ExitCode, second.Error.Contains("kill ")).ShouldBe((5, true), second.ToString());
            var verified = await InAsync(home, "systemd-analyze", "verify", $"{name}.service");
            (verified.ExitCode, verified.Error).ShouldBe((0, ""));
            (await InAsync(home, creel, "up", habitat, "--yes")).ExitCode.ShouldBe(0);
            (await InAsync(home, creel, "exec", "bart", "sh", "-c", "sleep 600 & echo $! >sleeper")).ExitCode.ShouldBe(0);

            (await InAsync(home, "systemctl", "restart", name)).ExitCode.ShouldBe(0);

            await Serve.Until(
                async () =>
                    (await InAsync(home, creel, "exec", "bart", "sh", "-c", "kill -0 $(cat sleeper) && echo alive")).Output.Trim()
                    == "alive",
                TimeSpan.FromSeconds(60),
                "the cell, taken over"
            );
            (await InAsync(home, creel, "service", "status", "--name", name)).ExitCode.ShouldBe(0);
            (await InAsync(home, creel, "down", "--yes", "--delete-workspaces")).ExitCode.ShouldBe(0);
        }
        finally
        {
            (await InAsync(home, creel, "service", "uninstall", "--name", name)).ExitCode.ShouldBe(0);
            (await InAsync(home, creel, "service", "uninstall", "--name", name)).Output.ShouldContain("nothing to do");
            (await InAsync(home, "systemctl", "cat", name)).ExitCode.ShouldNotBe(0);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<CommandResult> InAsync(string home, string program, params string[] arguments) =>
        Published.RunAsync(
            "docker",
            Path.GetTempPath(),
            [
                "exec",
                $"--env=CREEL_HOME={home}",
                "--env=DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
                Container,
                program,
                .. arguments,
            ]
        );

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class InSystemdFactAttribute : FactAttribute
    {
        public InSystemdFactAttribute() =>
            Skip =
                new PublishedFactAttribute().Skip
                ?? (Container.Length > 0 ? null : "there is no systemd to try it in: ./do substrates up systemd");
    }
}
