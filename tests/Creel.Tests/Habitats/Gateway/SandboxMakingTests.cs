using Creel.Core.Habitats;

namespace Creel.Tests.Habitats.Gateway;

/// <summary>What cells are made ready with: <c>docker.env</c> and <c>docker.setupCommand</c>, whatever the driver.</summary>
public class SandboxMakingTests
{
    [Fact]
    public void Variables_are_joined_and_the_agents_command_wins()
    {
        var habitat = Habitat.Model(
            """
            { agents: { defaults: { sandbox: { mode: "all", docker: { env: { A: "1", B: "${NAME}" }, setupCommand: "all" } } },
                list: [{ id: "a" }, { id: "b", isolation: "session", sandbox: { docker: { env: { B: "2", PATH: "/x:/usr/bin" }, setupCommand: ["one", "two"] } } },
                       { id: "c", sandbox: { mode: "off" } }] } }
            """
        );
        var (a, b) = (habitat.Groups[0].Making, habitat.Groups[1].Making);
        a.Variables.ShouldBe(new Dictionary<string, string> { ["A"] = "1", ["B"] = "lab" });
        a.Command.ShouldBe("all");
        b.Variables.ShouldBe(
            new Dictionary<string, string>
            {
                ["A"] = "1",
                ["B"] = "2",
                ["PATH"] = "/x:/usr/bin",
            }
        );
        b.Command.ShouldBe("one\ntwo");
        habitat.Groups[2].Making.ShouldBe(CellMaking.None);
    }

    [Fact]
    public void In_a_shared_sandbox_single_agents_say_nothing_of_it() =>
        Habitat
            .Model(
                """
                { agents: { defaults: { sandbox: { mode: "all", scope: "shared", docker: { env: { A: "1" } } } },
                    list: [{ id: "a" }, { id: "b", sandbox: { docker: { env: { A: "2" }, setupCommand: "x" } } }] } }
                """
            )
            .Groups.Single()
            .Making.ShouldSatisfyAllConditions(
                m => m.Variables.ShouldBe(new Dictionary<string, string> { ["A"] = "1" }),
                m => m.Command.ShouldBeNull()
            );

    [Theory]
    [InlineData("env: {A: '1'}", "env: {A: '2'}", "A has another value at h.json5:3:")]
    [InlineData("setupCommand: 'x'", "setupCommand: 'y'", "another setupCommand is at h.json5:3:")]
    public void Agents_of_one_cell_that_differ_are_an_error_with_both_places(string one, string other, string error)
    {
        string Text(string second) =>
            $$"""
                { groups: { team: { isolation: 'session' } }, agents: { defaults: { sandbox: { mode: 'all' } }, list: [
                    { id: 'a', isolationGroup: 'team',
                      sandbox: { docker: { {{one}} } } },
                    { id: 'b', isolationGroup: 'team', sandbox: { docker: { {{second}} } } }] } }
                """;
        Habitat.Errors(Text(other)).Single().ShouldSatisfyAllConditions(e => e.ShouldContain(error), e => e.ShouldContain(":4:"));
        Habitat.Model(Text(one)).Groups.Single().Agents.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("HOME: '/x'", "set in each cell by Creel itself")]
    [InlineData("https_proxy: 'http://x'", "set in each cell by Creel itself")]
    [InlineData("ANTHROPIC_BASE_URL: 'http://x'", "set in each cell by Creel itself")]
    [InlineData("CREEL_API: 'x'", "set in each cell by Creel itself")]
    [InlineData("GITHUB_TOKEN: 'x'", "creel key set")]
    [InlineData("ANTHROPIC_API_KEY: 'x'", "creel key set")]
    [InlineData("A: 'sk-ant-api03-abcdefgh'", "creel key set")]
    [InlineData("A: 'ab12cd34ef56ab78cd90ef12'", "creel key set")]
    [InlineData("A: 'postgres://me:secret@db/x'", "creel key set")]
    [InlineData("'A-B': 'x'", "is no name of a variable")]
    public void Secrets_and_what_is_creels_own_are_refused(string variable, string reason)
    {
        var error = Habitat
            .Errors(
                $"{{agents: {{defaults: {{sandbox: {{mode: 'all', docker: {{env: {{{variable}}}}}}}}}, list: [{{id: 'a'}}, {{id: 'b'}}]}}}}"
            )
            .Single();
        error.ShouldContain(reason);
        error.ShouldNotContain("ab12cd34");
    }

    [Theory]
    [InlineData("PATH: '/opt/java/jdk-21.0.1+12/bin:/usr/bin'")]
    [InlineData("SINCE: '2026-01-02 03:04:05'")]
    [InlineData("REPO: 'https://example.org/a/b/2026.01.02'")]
    public void Paths_addresses_and_dates_are_no_secrets(string variable) =>
        Habitat
            .Model($"{{agents: {{list: [{{id: 'a', sandbox: {{mode: 'all', docker: {{env: {{{variable}}}}}}}}}]}}}}")
            .Groups[0]
            .Making.Variables.Count.ShouldBe(1);

    [Fact]
    public void A_variable_that_is_not_there_is_an_error() =>
        Habitat
            .Errors("{agents: {list: [{id: 'a', sandbox: {mode: 'all', docker: {setupCommand: 'echo ${NOWHERE}'}}}]}}")
            .ShouldContain(e => e.Contains("NOWHERE"));
}
