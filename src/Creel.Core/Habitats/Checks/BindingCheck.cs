using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Checks;

/// <summary>Bindings that match nothing, or that lead to nobody: the router refuses what comes by these.</summary>
internal sealed class BindingCheck(Findings findings)
{
    public void Check(Json5Object root, IReadOnlyList<AgentModel> agents)
    {
        var wrong = new Findings(lenient: true);
        var bindings = new BindingReader(wrong).Read(root.Value("bindings"));
        findings.AddNew(wrong.Sorted());
        var ids = agents.Select(a => a.Id.Value).ToHashSet();
        var channels = KnownChannels.With(root.Value("channels") as Json5Object);
        foreach (var binding in bindings.Where(b => b.At is not null))
        {
            if (binding.AgentText.Trim().Length == 0)
            {
                findings.Warn(binding.At!, "names no agent: what matches it is refused");
            }
            else if (!ids.Contains(RoutingText.Agent(binding.AgentText)))
            {
                var hint = Spelling.Hint(binding.AgentText, ids);
                findings.Warn(
                    binding.At!,
                    $"goes to {Slug.Quote(binding.AgentText)}, which is no agent here: what matches it is refused{hint}"
                );
            }

            if (!channels.Contains(binding.Channel))
            {
                var meant = KnownChannels.Meant(binding.Channel, channels) is { } close ? $"; did you mean '{close}'?" : "";
                findings.Warn(binding.At!, $"is for {Slug.Quote(binding.Channel)}, which is no channel that is known{meant}");
            }
        }
    }
}
