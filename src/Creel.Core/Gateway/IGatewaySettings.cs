using System.Text.Json.Nodes;

namespace Creel.Core.Gateway;

/// <summary>The configuration as a client sees and changes it: without its secrets, and over its one writer.</summary>
public interface IGatewaySettings
{
    ValueTask<SettingsView> GetAsync(CancellationToken cancel = default);

    /// <param name="baseHash">That of the view which the client has seen; null where it said none.</param>
    /// <exception cref="GatewayException">In the protocol's own order: base hash, text, contents.</exception>
    ValueTask<SettingsChange> PatchAsync(string raw, string? baseHash, string by, CancellationToken cancel = default);

    /// <summary>Replaces the whole.</summary>
    /// <exception cref="GatewayException">As <see cref="PatchAsync"/>.</exception>
    ValueTask<SettingsChange> SetAsync(string raw, string? baseHash, string by, CancellationToken cancel = default);
}

/// <param name="Raw">The file's text, secrets masked; null where there is no file.</param>
/// <param name="Parsed">As written; null where it can't be read.</param>
/// <param name="Resolved">With what it includes, and with variables.</param>
/// <param name="Config">With what holds where nothing is written.</param>
public sealed record SettingsView(
    string Path,
    bool Exists,
    string? Raw,
    JsonObject? Parsed,
    JsonObject? Resolved,
    JsonObject Config,
    bool Valid,
    string Hash,
    IReadOnlyList<SettingsIssue> Issues,
    IReadOnlyList<SettingsIssue> Warnings
)
{
    /// <summary>The text without its comments, for who may read and no more.</summary>
    public string? Bare { get; init; }
}

/// <param name="Path">With dots: <c>agents.list.0.id</c>.</param>
public sealed record SettingsIssue(string Path, string Message);

/// <param name="Changed">False: it said that already.</param>
/// <param name="Restart">What changed takes a restart of the gateway, which the client is to be told of.</param>
public sealed record SettingsChange(SettingsView View, bool Changed, bool Restart);
