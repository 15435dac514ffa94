using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Sessions;
using Creel.Core.Tools;

namespace Creel.Server.Gateway.Channels;

/// <summary>
/// Whether an agent's files may leave with an answer: who may not have it read one gets none either. What the agent's own rules say counts
/// for every model that the turn may have had.
/// </summary>
internal static class FileRights
{
    private const string Reads = "read";

    /// <param name="behalf">On whose the turn is.</param>
    /// <param name="view">The turn at its end; null: it has not begun.</param>
    /// <param name="session">What the conversation itself has; null: nothing.</param>
    public static bool Permits(AgentModel agent, TurnBehalf behalf, TurnView? view, SessionEntry? session)
    {
        var rules = agent.Mind.Tools;
        var limits = behalf.With(rules).Limits;
        string[] models = [agent.Model ?? "", session?.Model ?? "", Said(view)];
        return models
            .Where((model, i) => i == 0 || model.Length > 0)
            .Distinct()
            .All(model =>
            {
                var slash = model.IndexOf('/', StringComparison.Ordinal);
                var question = new ToolQuestion(
                    slash < 0 ? "" : model[..slash],
                    model[(slash + 1)..],
                    Owner: behalf.Owner,
                    Limits: limits
                );
                return ToolPolicy.Resolve(rules, question, [Reads]).There.Any();
            });
    }

    private static string Said(TurnView? view) =>
        view?.Result is { ValueKind: JsonValueKind.Object } result
        && result.TryGetProperty("model", out var model)
        && model.ValueKind == JsonValueKind.String
            ? model.GetString()!
            : "";
}
