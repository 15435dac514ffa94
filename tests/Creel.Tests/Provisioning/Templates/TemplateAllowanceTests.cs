using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Templates;
using Creel.Tests.Habitats;
using Shouldly;

namespace Creel.Tests.Provisioning.Templates;

/// <summary>What the files of all agents take together.</summary>
public class TemplateAllowanceTests
{
    private const string Costly = "{% set t = 'x' * 400000 %}{% for i in range(70) %}{% if t == t %}{% endif %}{% endfor %}";

    [Fact]
    public void Eight_files_of_a_thousand_agents_take_less_than_a_tenth_of_it()
    {
        var allowance = new TemplateAllowance();
        var renderer = new FileRenderer(ProvisioningMode.Ours, OurTemplates.Find, allowance: allowance);
        for (var agent = 0; agent < 1_000; agent++)
        {
            Render(renderer, $"a{agent}").ShouldBe(FileRules.Ours.Count);
        }

        allowance.Worked.ShouldBeInRange(100_000, allowance.Work / 10);
    }

    [Fact]
    public void More_work_than_all_may_do_together_is_told_with_its_place()
    {
        var allowance = new TemplateAllowance { Work = 200_000 };
        var renderer = new FileRenderer(
            ProvisioningMode.Ours,
            _ => "a\n{% for i in range(9000) %}{% endfor %}b",
            allowance: allowance
        );
        var stop = Should.Throw<CreelException>(() =>
        {
            for (var agent = 0; agent < 100; agent++)
            {
                Render(renderer, $"a{agent}");
            }
        });
        stop.Fault.Code.ShouldBe("template-together");
        stop.Fault.Message.ShouldEndWith("the files of all agents together take too much work to render");
        Should.Throw<CreelException>(() => Render(renderer, "last")).Fault.Code.ShouldBe("template-together");
    }

    [Fact]
    public void What_ends_with_a_fault_has_taken_what_it_did_until_then()
    {
        const string Work = "{% for i in range(1000) %}{% set x = i %}{% endfor %}";
        Worked(Work + "{{ nobody }}").ShouldBeInRange(Worked(Work), Worked(Work) + 10);
        Worked(Work + "{% include 'nowhere' %}").ShouldBeInRange(Worked(Work), Worked(Work) + 10);

        // What is refused before it is done is not work.
        Worked("{% set x = 'a' * 4000000 %}{{ (('a' * 1000000) ~ 'b') in x }}").ShouldBeLessThan(TemplateLimits.Usual.Work);
    }

    [Fact]
    public void More_characters_than_all_may_have_together_are_told()
    {
        var allowance = new TemplateAllowance { Output = 1_000_000 };
        var renderer = new FileRenderer(ProvisioningMode.Ours, _ => "{{ 'x' * 100000 }}", allowance: allowance);
        Render(renderer, "first").ShouldBe(FileRules.Ours.Count);
        Should
            .Throw<CreelException>(() => Render(renderer, "second"))
            .Fault.Message.ShouldContain("more than 1000000 characters");
    }

    [Fact]
    public void A_habitat_whose_files_take_too_much_together_is_told_so_once()
    {
        var agents = Enumerable.Range(0, 30).Select(n => $"{{id: 'a{n}', provision: {{soulTemplate: \"{{# {n} #}}{Costly}\"}}}}");
        var error = Habitat.Errors($"{{agents: {{list: [{string.Join(", ", agents)}]}}}}").ShouldHaveSingleItem();
        error.ShouldContain("the files of all agents together take too much work to render");
    }

    private static long Worked(string source)
    {
        var allowance = new TemplateAllowance();
        Template.Read("t", source).Template!.Render(new Dictionary<string, TemplateValue>(), together: allowance);
        return allowance.Worked;
    }

    private static int Render(FileRenderer renderer, string id)
    {
        var agent = new AgentSheet { Id = id, Name = $"Agent {id}" };
        var gateway = new GatewaySheet
        {
            Id = "g",
            Name = "Gateway",
            WorkspaceRoot = "/srv/agents",
        };
        var board = new BoardSheet
        {
            Id = "b",
            Name = "Board",
            Objective = "Everything in its place.",
        };
        var contexts = new Contexts(ProvisioningMode.Ours, new AgentKeys(ProvisioningMode.Ours), "http://creel.local");
        var context = contexts.Board(agent, board, gateway, "secret", new UserSheet { Name = "Jane Doe" });
        return renderer.Render(agent, AgentKind.Board, context, FileRules.Ours, bootstrap: true).Count;
    }
}
