using System.Diagnostics;
using Creel.Core.Rendering;

namespace Creel.Tests.Rendering;

/// <summary>What those say of our files who will read them.</summary>
public sealed class SubstrateTests : IDisposable
{
    private const string Habitat = """
        { name: "w 100% $(id)", agents: { defaults: { model: "a/b" }, list: [
            { id: "bart", default: true, name: "He said \"hi\"" },
            { id: "lisa", network: "host", resources: { memory: "2g", cpu: 0.5, pids: 99 } },
            { id: "abe", network: "none" },
            { id: "box", isolation: "container", network: "bridge", name: "$HOME: ${x} # y" },
            { id: "shut", isolation: "container", network: "none" },
            { id: "in", isolation: "container" } ] },
          sharedPaths: [{ path: "/srv/fam ily", mode: "rw" }, { path: "/srv/50%", mode: "ro" }] }
        """;

    private readonly Rendering rendering = new();

    public void Dispose() => rendering.Dispose();

    [ProgramFact("systemd-analyze", "systemd")]
    public void Systemd_takes_every_unit_and_calls_each_service_safe()
    {
        // A program that is there, since systemd looks for it.
        rendering.Render(Habitat, new RenderOptions { Program = "/bin/true" });
        var units = Directory
            .GetFiles(rendering.Output, "openclaw-*")
            .Where(f => !f.EndsWith(".conf", StringComparison.Ordinal))
            .ToList();
        units.Count.ShouldBe(5);

        var verified = Run("systemd-analyze", ["verify", .. units]);
        verified.Code.ShouldBe(0, verified.Text);
        verified.Text.ShouldNotContain(rendering.Output);
        foreach (var service in units.Where(u => u.EndsWith(".service", StringComparison.Ordinal)))
        {
            var judged = Run("systemd-analyze", ["security", "--offline=true", "--threshold=20", service]);
            judged.Code.ShouldBe(0, $"{service}\n{judged.Text}");
        }
    }

    [ProgramFact("systemd-analyze", "systemd")]
    public void A_unit_in_a_folder_with_odd_letters_is_taken_too()
    {
        var folder = Path.Combine(rendering.Folder, "out 100% \"x\"");
        Creel.Roots.RenderRoot.Parts.Render(
            new(
                Rendering.Habitat(Rendering.Two),
                new RenderOptions { Program = "/bin/true" },
                folder,
                PlanOnly: false,
                Overwrite: false
            )
        );

        var verified = Run("systemd-analyze", ["verify", Path.Combine(folder, "openclaw-bart.service")]);

        verified.Code.ShouldBe(0, verified.Text);
        verified.Text.ShouldNotContain("openclaw-bart");
    }

    [ProgramFact("docker-compose", "docker")]
    public void Docker_compose_takes_the_file()
    {
        rendering.Render(Habitat);

        var config = Run("docker-compose", ["-f", Path.Combine(rendering.Output, "docker-compose.yaml"), "config"]);

        config.Code.ShouldBe(0, config.Text);
        var environment = Rendering.Yaml(config.Output)["services"]["openclaw-box"]["environment"];
        environment["AGENT_NAMES"].ToString().Replace("$$", "$", StringComparison.Ordinal).ShouldBe("$HOME: ${x} # y");
        environment["GROUP"].ToString().ShouldBe("box");
    }

    private static (int Code, string Output, string Text) Run(string program, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, output + error.Result);
    }

    /// <summary>A test that needs a program; <c>CREEL_REQUIRE</c> with the substrate's name lets it fail instead of being skipped.</summary>
    private sealed class ProgramFactAttribute : FactAttribute
    {
        public ProgramFactAttribute(string program, string substrate)
        {
            var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains(substrate);
            var there = (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(':')
                .Any(f => File.Exists(Path.Combine(f, program)));
            Skip = there || required ? null! : $"there is no {program} here";
        }
    }
}
