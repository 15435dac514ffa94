using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

public class DoctorTests
{
    [PublishedFact]
    public async Task It_finds_a_running_server_and_working_drivers()
    {
        await using var serve = await Serve.StartAsync();
        var checks = Checks(await serve.CommandAsync("doctor", "--json"), exit: 0);
        checks["serve"].GetProperty("sentence").GetString()!.ShouldContain("takes connections");
        checks["bubblewrap"].GetProperty("state").GetString().ShouldBe("ok");
        checks["runtime"].GetProperty("state").GetString().ShouldBe("ok");
    }

    [PublishedFact]
    public async Task Without_a_server_it_says_what_is_wrong_with_the_home_and_what_mends_it()
    {
        var home = Directory.CreateTempSubdirectory("creel-doctor-").FullName;
        try
        {
            File.SetUnixFileMode(home, (UnixFileMode)Convert.ToInt32("755", 8));
            var check = Checks(await Published.CreelAsync(home, "doctor", "--json"), exit: 1)["home"];
            check.GetProperty("remedy").GetString().ShouldBe($"chmod 700 {home}");
            File.SetUnixFileMode(home, (UnixFileMode)Convert.ToInt32("700", 8));
            Checks(await Published.CreelAsync(home, "doctor", "--json"), exit: 0);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static Dictionary<string, JsonElement> Checks(CommandResult result, int exit)
    {
        result.ExitCode.ShouldBe(exit, result.ToString());
        return JsonDocument
            .Parse(result.Output)
            .RootElement.GetProperty("checks")
            .EnumerateArray()
            .ToDictionary(c => c.GetProperty("check").GetString()!);
    }
}
