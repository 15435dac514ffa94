using System.Text.Json.Nodes;
using Creel.Core.Gateway;
using Creel.Core.Habitats.Patching;

namespace Creel.Server.Gateway.Protocol;

/// <summary>The habitat that is up, as a client's configuration.</summary>
public sealed class HabitatSettings(IConfigStore store) : IGatewaySettings
{
    public ValueTask<SettingsView> GetAsync(CancellationToken cancel = default) => ValueTask.FromResult(View(store.Get()));

    public async ValueTask<SettingsChange> PatchAsync(
        string raw,
        string? baseHash,
        string by,
        CancellationToken cancel = default
    ) => Change(await store.PatchAsync(raw, baseHash, by, cancel));

    public async ValueTask<SettingsChange> SetAsync(
        string raw,
        string? baseHash,
        string by,
        CancellationToken cancel = default
    ) => Change(await store.SetAsync(raw, baseHash, by, cancel));

    /// <exception cref="GatewayException">It was refused.</exception>
    internal static SettingsChange Change(ConfigOutcome outcome) =>
        outcome switch
        {
            ConfigOutcome.Done done => new SettingsChange(View(done.Config), !done.Noop, Restart: false),
            ConfigOutcome.Refused refused => throw new GatewayException(Error(refused)),
            _ => throw new InvalidOperationException("an outcome that nobody knows"),
        };

    private static GatewayError Error(ConfigOutcome.Refused refused)
    {
        var issues = refused.Issues.Select(i => new SettingsIssue(i.Path, i.Message)).ToList();
        if (refused.Reason == ConfigRefusal.NotNow)
        {
            return new GatewayError(GatewayError.Unavailable, refused.Message) { Retryable = true };
        }

        return issues.Count == 0
            ? GatewayError.Invalid(refused.Message)
            : GatewayError.Invalid(
                $"{refused.Message}: {string.Join("; ", issues.Select(i => i.Path.Length == 0 ? i.Message : $"{i.Path}: {i.Message}"))}",
                new JsonObject { ["issues"] = Methods.SettingsMethods.Issues(issues) }
            );
    }

    private static SettingsView View(ConfigSnapshot snapshot) =>
        new(
            snapshot.Path,
            snapshot.Exists,
            snapshot.Raw,
            Object(snapshot.Parsed),
            Object(snapshot.Resolved),
            Object(snapshot.Resolved),
            snapshot.Valid,
            snapshot.Hash,
            [.. snapshot.Issues.Select(i => new SettingsIssue(i.Path, i.Message))],
            [.. snapshot.Warnings.Select(i => new SettingsIssue(i.Path, i.Message))]
        )
        {
            Bare = snapshot.Bare,
        };

    private static JsonObject Object(string text) => text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? [];
}
