namespace Creel.Core.Habitats.Gateway;

/// <summary>Where an OpenClaw keeps its configuration and its state.</summary>
/// <param name="ConfigFile">Absolute; it need not be there.</param>
/// <param name="StateFolder">Absolute.</param>
public sealed record OpenClawPlace(string ConfigFile, string StateFolder)
{
    private static readonly string[] OlderFolders = [".clawdbot", ".moldbot", ".moltbot"];

    /// <param name="variables">An environment.</param>
    /// <param name="home">Absolute.</param>
    /// <param name="exists">Whether there is a file or folder of that path.</param>
    public static OpenClawPlace Find(IReadOnlyDictionary<string, string> variables, string home, Func<string, bool> exists)
    {
        string? Said(string name) => variables.GetValueOrDefault(name)?.Trim() is { Length: > 0 } value ? value : null;
        var own = Folders.Absolute(Said("OPENCLAW_HOME") ?? home, home);
        var profile = Said("OPENCLAW_PROFILE") is { } name && name != "default" && IsName(name) ? $"-{name}" : "";
        var state =
            (Said("OPENCLAW_STATE_DIR") ?? Said("CLAWDBOT_STATE_DIR")) is { } written ? Folders.Absolute(written, own)
            : profile.Length > 0 || exists($"{own}/.openclaw") ? $"{own}/.openclaw{profile}"
            : OlderFolders.Select(folder => $"{own}/{folder}").FirstOrDefault(exists) ?? $"{own}/.openclaw";
        var file = Said("OPENCLAW_CONFIG_PATH") is { } path
            ? Folders.Absolute(path, own)
            : Patching.ConfigChange.InPlace.Select(f => $"{state}/{f}").FirstOrDefault(exists) ?? $"{state}/openclaw.json";
        return new OpenClawPlace(file, state);
    }

    /// <param name="state">A state folder; that of a profile is <c>~/.openclaw-NAME</c>.</param>
    /// <param name="agent">Null: the default agent.</param>
    public static string Workspace(string state, string? home, string? agent)
    {
        var prefix = $"{home}/.openclaw-";
        return agent is not null ? $"{state}/workspace-{agent}"
            : home is not null && state.StartsWith(prefix, StringComparison.Ordinal)
                ? $"{home}/.openclaw/workspace-{state[prefix.Length..]}"
            : $"{state}/workspace";
    }

    private static bool IsName(string profile) => profile.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
