using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Provisioning;

/// <summary>What a habitat says of agents' files, and of agents at gateways, is carried out by nothing but <c>creel provision</c>.</summary>
internal static class ProvisionHint
{
    /// <summary>Says so where the habitat that is up has such agents.</summary>
    public static async Task SayAsync(Call call, CancellationToken cancel)
    {
        try
        {
            var agents = Call.Read<StandingsView>(await call.Client.GetAsync("provision", cancel)).Agents;
            var ours = agents.Count(a => a.Standing != "imported");
            if (ours > 0)
            {
                call.Note(
                    $"  → what is new or otherwise for {Words.Count(ours, "agent", "agents")} with files of templates is brought there by: "
                        + "creel provision (--plan shows it)"
                );
            }
        }
        catch (CreelException)
        {
            // It is up all the same; who asks how agents stand is told.
        }
    }
}
