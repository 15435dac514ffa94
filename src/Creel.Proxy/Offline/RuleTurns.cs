using System.Text.Json;
using Creel.Core.Outbound;

namespace Creel.Proxy.Offline;

/// <summary>Which rule answers, and how often each has.</summary>
internal sealed class RuleTurns
{
    private static readonly OfflineRule Otherwise = new();

    private readonly Lock gate = new();
    private readonly Dictionary<(int Rule, string Group), int> given = [];
    private OfflineScript known = OfflineScript.Plain;
    private string text = "";

    /// <summary>The first that matches, which is counted; or the stand-in's own words.</summary>
    public OfflineRule Take(OfflineCall call, Asked asked)
    {
        lock (gate)
        {
            Follow(call.Script);
            for (var i = 0; i < call.Script.Rules.Count; i++)
            {
                var rule = call.Script.Rules[i];
                var before = rule.Times is null ? 0 : given.GetValueOrDefault((i, call.Group));
                if (before < (rule.Times ?? int.MaxValue) && Matches(rule, call, asked))
                {
                    given[(i, call.Group)] = before + 1;
                    return rule;
                }
            }
        }

        return Otherwise;
    }

    /// <summary>Orders come again whenever a cell comes or goes; only another script starts from the beginning.</summary>
    private void Follow(OfflineScript script)
    {
        if (ReferenceEquals(script, known))
        {
            return;
        }

        known = script;
        var now = JsonSerializer.Serialize(script, OutboundJson.Default.OfflineScript);
        if (now != text)
        {
            text = now;
            given.Clear();
        }
    }

    private static bool Matches(OfflineRule rule, OfflineCall call, Asked asked) =>
        rule.When is var when
        && (when.Agent ?? call.Agent) == call.Agent
        && (when.Group ?? call.Group) == call.Group
        && (when.Model ?? asked.Model) == asked.Model
        && (when.Turn ?? asked.Last.Turn) == asked.Last.Turn
        && (when.After is null || when.After == "tool" == asked.Last.AfterTool)
        && (when.Contains is null || asked.Last.Text.Contains(when.Contains, StringComparison.OrdinalIgnoreCase))
        && rule.Tools.All(tool => asked.Offers.Contains(tool.Name));
}
