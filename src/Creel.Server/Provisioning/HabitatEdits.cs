using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats.Patching;

namespace Creel.Server.Provisioning;

/// <summary>Changes of the habitat that is up, by its one writer.</summary>
internal static class HabitatEdits
{
    /// <param name="change">Of the whole as it is written; made again where another change came first. What it throws is thrown.</param>
    /// <exception cref="CreelException">The habitat would be wrong, or says it in a file that only a person changes; nothing was written.</exception>
    public static async Task ApplyAsync(IConfigStore config, Action<JsonObject> change, string by, CancellationToken cancel)
    {
        CreelException? thrown = null;
        var outcome = await config.ChangeAsync(
            text =>
            {
                try
                {
                    var root = (JsonObject)JsonNode.Parse(text)!;
                    change(root);
                    return root.ToJsonString();
                }
                catch (CreelException e)
                {
                    thrown = e;
                    throw;
                }
            },
            by,
            cancel
        );
        if (outcome is ConfigOutcome.Refused refused)
        {
            // The writer has its own words for a change that refuses itself; ours are told.
            throw thrown ?? Refused(refused);
        }
    }

    private static CreelException Refused(ConfigOutcome.Refused refused)
    {
        var issues = string.Join("; ", refused.Issues.Select(i => $"{i.Path}: {i.Message}"));
        return new CreelException(
            refused.Reason switch
            {
                ConfigRefusal.Invalid => Fault.Invalid("config", $"the habitat would be wrong: {issues}", "Nothing was written."),
                ConfigRefusal.SaidElsewhere => Fault.Refused("config-elsewhere", refused.Message),
                _ => Fault.Conflict("config", issues.Length > 0 ? $"{refused.Message}; {issues}" : refused.Message),
            }
        );
    }
}
