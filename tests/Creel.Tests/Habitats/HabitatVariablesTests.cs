using Creel.Adapters.Files;
using Creel.Core.Habitats;

namespace Creel.Tests.Habitats;

public class HabitatVariablesTests
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["HOME"] = "/home/ann",
        ["TEAM"] = "blue",
        ["PLACE"] = "lab",
        ["AWS_SECRET_ACCESS_KEY"] = "k3y",
        ["CREEL_HABITAT_ENV"] = " PLACE,ABSENT ",
    };

    [Fact]
    public void A_habitat_is_given_what_was_named_and_what_harms_nobody()
    {
        var reading = Read("{name: '${TEAM}-${PLACE}', hooks: '${HOME} ${OWN}', env: {OWN: 'o'}, agents: {list: [{id: 'a'}]}}");
        reading.Model!.Name.ShouldBe("blue-lab");
        reading.Taken.ShouldBe(["HOME", "PLACE", "TEAM"]);
    }

    [Fact]
    public void What_is_set_and_was_not_named_is_an_error_at_its_place_that_says_how_and_never_what()
    {
        var problem = Read("{\n name: 'x ${AWS_SECRET_ACCESS_KEY}'}").Problems.Single(p => p.Severity == Severity.Error);
        problem
            .ToString()
            .ShouldEndWith(
                "h.json5:2:8 name: the variable AWS_SECRET_ACCESS_KEY is set for creel serve, which was not told to hand it to habitats: "
                    + "start it with --env AWS_SECRET_ACCESS_KEY (or CREEL_HABITAT_ENV=AWS_SECRET_ACCESS_KEY), or write it in the habitat's own 'env'"
            );
        Read("{name: '${ABSENT}'}").Problems.ShouldContain(p => p.Message.StartsWith("the variable ABSENT is missing or empty"));
    }

    private static HabitatReading Read(string text)
    {
        using var folder = new TemporaryFolder();
        var variables = HabitatVariables.Of(Environment, ["TEAM"]);
        return new HabitatFiles(folder.Write("h.json5", text), variables, "/home/ann").Read().Reading;
    }
}
