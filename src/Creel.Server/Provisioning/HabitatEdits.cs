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
        var outcome = await config.ChangeAsync(
            text =>
            {
                var root = (JsonObject)JsonNode.Parse(text)!;
                change(root);
                return root.ToJsonString();
            },
            by,
            cancel
        );
        if (outcome is not ConfigOutcome.Refused refused)
        {
            return;
        }

        var message = string.Join("; ", refused.Issues.Select(i => $"{i.Path}: {i.Message}").Prepend(refused.Message));
        throw new CreelException(
            refused.Reason switch
            {
                ConfigRefusal.Invalid => Fault.Invalid("config", message),
                ConfigRefusal.SaidElsewhere => Fault.Refused("config-elsewhere", message),
                _ => Fault.Conflict("config", message),
            }
        );
    }
}
