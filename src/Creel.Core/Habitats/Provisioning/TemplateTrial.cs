using Creel.Core.Habitats.Json5;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Templates;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>
/// Makes of the habitat's own templates what each agent would get: what can't be made is told when the habitat is read, not when an agent is made.
/// </summary>
/// <param name="entries">What is said of each agent.</param>
internal sealed class TemplateTrial(
    ProvisioningModel provisioning,
    IReadOnlyDictionary<AgentId, Fields> entries,
    Findings findings
)
{
    /// <summary>In the place of the one that is known when the file is written.</summary>
    private const string SomeUrl = "http://127.0.0.1/creel";

    private readonly HashSet<TemplateProblem> told = [];
    private readonly HashSet<(string?, AgentKind, ProvisionedModel, string?)> tried = [];
    private AgentId agent;
    private bool spent;

    public void Run(IReadOnlyList<AgentModel> here, IEnumerable<ForeignGatewayModel> gateways)
    {
        var renderer = new FileRenderer(ProvisioningMode.Ours, provisioning.Templates.Find, Tell);
        var files = new AgentFiles(provisioning, renderer);
        foreach (var one in here.Where(a => provisioning.Agents.ContainsKey(a.Id)))
        {
            Try(one.Id, null, provisioning.KindOf(one.Id), names => files.Render(one, names));
        }

        foreach (var gateway in gateways)
        {
            var reached = gateway with { BaseUrl = gateway.BaseUrl ?? SomeUrl };
            var there = new DesiredElsewhere(provisioning, reached, ProvisioningMode.Ours, null, renderer);
            foreach (var one in gateway.Agents.Where(a => a.Files))
            {
                var kind = one.IsMain ? AgentKind.Main : provisioning.KindOf(one.Id);
                Try(one.Id, gateway.Name, kind, names => there.Files(one, names));
            }
        }
    }

    /// <summary>Of those who differ in nothing but their names one is tried: a habitat is read often, and may have thousands.</summary>
    private void Try(AgentId id, string? gateway, AgentKind kind, Action<IReadOnlyCollection<string>> render)
    {
        agent = id;
        var said = provisioning.Agents.GetValueOrDefault(id) ?? new ProvisionedModel();
        if (spent || !tried.Add((gateway, kind, said with { Profile = null }, said.Profile?.GetRawText())))
        {
            return;
        }

        try
        {
            if (Names(said) is { Count: > 0 } names)
            {
                render(names);
            }
        }
        catch (CreelException)
        {
            // Nothing of the templates: it is told when the agent is provisioned.
        }
    }

    /// <summary>Templates that come with Creel are right.</summary>
    private IReadOnlyCollection<string> Names(ProvisionedModel said) =>
        provisioning.Templates.Own.Count > 0
            ? FileRules.Ours
            : new[] { said.IdentityTemplate is null ? null : "IDENTITY.md", said.SoulTemplate is null ? null : "SOUL.md" }
                .OfType<string>()
                .ToList();

    private void Tell(TemplateProblem problem)
    {
        if (!told.Add(problem) || spent)
        {
            return;
        }

        if (problem.Trouble == TemplateTrouble.Together)
        {
            spent = true;
            findings.Error(entries[agent].PlaceOf("provision"), problem.ToFault().ToString());
            return;
        }

        if (provisioning.Templates.Own.ContainsKey(problem.File))
        {
            var file = $"{provisioning.Templates.Folder}/{problem.File}";
            var remedy = problem.Remedy is null ? "" : $" ({problem.Remedy})";
            findings.Add([
                new Problem(Severity.Error, file, problem.Line, problem.Column, "", $"{problem.Cause}, for '{agent}'{remedy}"),
            ]);
            return;
        }

        var key = problem.File == $"{agent}:IDENTITY.md" ? "identityTemplate" : "soulTemplate";
        var at = entries[agent].PlaceOf(key);
        if (!findings.TellsOf(at))
        {
            findings.Error(at, (problem with { File = key }).ToFault().ToString());
        }
    }
}
