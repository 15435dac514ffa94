using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>A <c>habitat.json</c> of before, brought up.</summary>
public class OldHabitatTests
{
    private const string Mixed = """
        {"name":"Old","isolation":"session","agents":[{"agent":"Lisa"},{"agent":"Bart","isolation":"container","network":"host"},
          {"agent":"A","isolationGroup":"pair"},{"agent":"B","isolationGroup":"pair"}]}
        """;

    private const string Boxes =
        """{"name":"Old","isolation":"container","agents":[{"agent":"Bart"},{"agent":"Maggie","network":"none"}]}""";

    [PublishedFact(driver: "docker")]
    public async Task It_comes_up_as_its_generator_described_it_with_our_defaults()
    {
        await using var serve = await Serve.StartAsync();
        var up = await UpAsync(serve, Mixed);

        up.ExitCode.ShouldBe(0, up.ToString());
        up.Error.ShouldContain("taken as 'proxy'");
        (await CellsAsync(serve)).ShouldBe([
            "bart container docker proxy [bart]",
            "lisa session bubblewrap proxy [lisa]",
            "pair session bubblewrap proxy [a, b]",
        ]);
        (await serve.ExecAsync("bart", "grep -c : /proc/net/dev")).Output.ShouldBe("1");
    }

    [PublishedFact(driver: "docker")]
    public async Task As_open_as_it_was_only_for_who_says_that_he_knows()
    {
        await using var serve = await Serve.StartAsync();
        var refused = await UpAsync(serve, Boxes, "--profile", "contract");

        refused.ExitCode.ShouldBe(6, refused.ToString());
        refused.Error.ShouldContain("EXPOSED: the cell 'bart' is on the host's network");
        (await CellsAsync(serve)).ShouldBeEmpty();

        var up = await UpAsync(serve, Boxes, "--profile", "contract", "--i-know");

        up.ExitCode.ShouldBe(0, up.ToString());
        up.Error.ShouldContain("EXPOSED: the cell 'bart' is on the host's network");
        (await CellsAsync(serve)).ShouldBe(["bart container docker host [bart]", "maggie container docker none [maggie]"]);
        (await serve.CommandAsync("plan")).Output.ShouldContain("nothing to do");
        await serve.KillAsync();
        await serve.LaunchAsync();
        (await serve.CommandAsync("plan")).Output.ShouldContain("nothing to do");
    }

    private static async Task<CommandResult> UpAsync(Serve serve, string habitat, params string[] options)
    {
        var file = Path.Combine(serve.Home, "habitat.json");
        await File.WriteAllTextAsync(file, habitat);
        return await serve.CommandAsync(["up", file, "--yes", .. options]);
    }

    private static async Task<IReadOnlyList<string>> CellsAsync(Serve serve) =>
        [.. (await serve.GetAsync("/cells")).GetProperty("cells").EnumerateArray().Select(Words)];

    private static string Words(JsonElement cell)
    {
        var agents = string.Join(", ", cell.GetProperty("agents").EnumerateArray().Select(a => a.GetString()));
        return $"{Text("group")} {Text("level")} {Text("driver")} {Text("network")} [{agents}]";

        string? Text(string name) => cell.GetProperty(name).GetString();
    }
}
