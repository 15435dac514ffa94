using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>Every cell is attacked from inside, and what it claims holds; where it does not, that is seen.</summary>
public class VerifyTests
{
    [PublishedFact]
    public async Task Bubblewrap_cells_hold_what_they_claim()
    {
        using var shared = new OpenFolder();
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(Habitat("isolation: \"session\", driver: \"bubblewrap\"", shared.Path))).ExitCode.ShouldBe(0);

        Green(await serve.CommandAsync("verify", "--json"), cells: 2);

        (await serve.CommandAsync("audit", "list", "--json")).Output.ShouldContain("verify.run");
        Directory.EnumerateFiles(serve.Home, "verify-*").ShouldBeEmpty();
        Directory.EnumerateFiles(Path.Combine(serve.Home, "workspaces", "lisa")).ShouldBeEmpty();
    }

    [PublishedFact]
    public async Task A_table_says_what_was_claimed_tried_and_held()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(Habitat("isolation: \"session\", driver: \"bubblewrap\""))).ExitCode.ShouldBe(0);

        var result = await serve.CommandAsync("verify", "bart");

        result.ExitCode.ShouldBe(0, result.ToString());
        result.Output.ShouldContain("cell bart: session by bubblewrap, network proxy");
        result.Output.ShouldContain("1 cell: ");
        result.Output.ShouldNotContain("NOT HELD", Case.Sensitive);
        (await serve.CommandAsync("verify", "nobody")).ExitCode.ShouldBe(3);
    }

    [PublishedFact]
    public async Task Level_none_is_marked_as_what_it_is()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(Habitat("isolation: \"none\""))).ExitCode.ShouldBe(0);

        var result = await serve.CommandAsync("verify");

        result.ExitCode.ShouldBe(0, result.ToString());
        result.Output.ShouldContain("claims nothing");
        result.Output.ShouldContain("never at level none");
    }

    [PublishedFact(root: true)]
    public async Task A_shared_folder_that_shows_a_neighbour_is_found_out()
    {
        var open = Directory.CreateTempSubdirectory("creel-open-").FullName;
        await using var serve = await Serve.StartAsync();
        try
        {
            var lisa = Directory.CreateDirectory(Path.Combine(open, "lisa")).FullName;
            foreach (var folder in new[] { open, lisa })
            {
                File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
            }

            var up = await serve.UpAsync(
                $$"""
                { name: "weak", isolation: "session", sharedPaths: ["{{open}}"],
                  agents: { list: [{ id: "bart", default: true, driver: "bubblewrap" },
                                   { id: "lisa", driver: "bubblewrap", workspace: "{{lisa}}" }] } }
                """
            );
            up.ExitCode.ShouldBe(0, up.ToString());

            var result = await serve.CommandAsync("verify", "bart");

            result.ExitCode.ShouldBe(1, result.ToString());
            result.Output.ShouldContain("neighbour.files-list does not hold");
        }
        finally
        {
            await serve.CommandAsync("down", "--yes");
            Directory.Delete(open, recursive: true);
        }
    }

    [PublishedOnFact("docker")]
    public async Task Containers_hold_what_they_claim()
    {
        using var shared = new OpenFolder();
        await using var serve = await Serve.StartAsync();
        (
            await serve.UpAsync(
                $$"""
                { name: "docks", isolation: "container", sharedPaths: ["{{shared.Path}}"], agents: { list: [
                  { id: "bart", default: true }, { id: "lisa", network: "internal" }, { id: "maggie", network: "bridge" } ] } }
                """
            )
        ).ExitCode.ShouldBe(0);

        Green(await serve.CommandAsync("verify", "--json"), cells: 3);
    }

    [PublishedOnFact("gvisor")]
    public async Task Containers_on_a_kernel_of_their_own_hold_what_they_claim()
    {
        using var shared = new OpenFolder();
        await using var serve = await Serve.StartAsync();
        (
            await serve.UpAsync(
                $$"""
                { name: "docks", isolation: "container", sharedPaths: ["{{shared.Path}}"], groups: { g: { ociRuntime: "runsc" }, h: { ociRuntime: "runsc" } },
                  agents: { list: [ { id: "bart", default: true, isolationGroup: "g" }, { id: "lisa", isolationGroup: "h" } ] } }
                """
            )
        ).ExitCode.ShouldBe(0);

        Green(await serve.CommandAsync("verify", "--json"), cells: 2);
    }

    [PublishedOnFact("systemd")]
    public async Task Units_of_systemd_hold_what_they_claim()
    {
        using var shared = new OpenFolder(SystemdContainer.Work);
        var habitat = Habitat("isolation: \"session\", driver: \"systemd\"", shared.Path);
        Green(await SystemdContainer.CreelAsync(habitat, "verify", "--json"), cells: 2);
    }

    private static string Habitat(string both, string? shared = null) =>
        $$"""{ name: "pair", {{(shared is null ? "" : $"sharedPaths: [\"{shared}\"],")}} agents: { list: [{ id: "bart", default: true, {{both}} }, { id: "lisa", {{both}} }] } }""";

    private static void Green(CommandResult result, int cells)
    {
        var lines = result
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement);
        var rows = lines.Where(l => Text(l, "event") == "attempt").ToList();
        rows.Where(r => r.GetProperty("fails").GetBoolean())
            .Select(r => $"{Text(r, "id")}: {Text(r, "evidence")}")
            .ShouldBeEmpty();
        rows.Select(r => Text(r, "cell")).Distinct().Count().ShouldBe(cells, result.ToString());
        rows.Where(r => Text(r, "id") is "naming.shared-write" or "naming.shared-parent" or "naming.shared-link")
            .Where(r => !r.GetProperty("tried").GetBoolean())
            .Select(r => $"{Text(r, "id")}: {Text(r, "evidence")}")
            .ShouldBeEmpty();
        rows.Count(r => r.GetProperty("tried").GetBoolean()).ShouldBeGreaterThanOrEqualTo(60 * cells);
        result.ExitCode.ShouldBe(0);
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;
}
