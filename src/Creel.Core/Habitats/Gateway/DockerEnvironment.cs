using Creel.Core.Habitats.Json5;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Which variables a habitat may give to a cell: plain ones, none of Creel's own, and never a secret.</summary>
internal static class DockerEnvironment
{
    private const int MostBytes = 32 * 1024;

    /// <summary>The runtime sets them, or goes by them; <c>PATH</c>, <c>LANG</c>, <c>TERM</c> and <c>TZ</c> are free.</summary>
    private static readonly string[] Own =
    [
        "HOME",
        "USER",
        "TMPDIR",
        "ANTHROPIC_BASE_URL",
        "OPENAI_BASE_URL",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "NODE_EXTRA_CA_CERTS",
        .. TrustVariables.Bundles,
    ];

    /// <summary>Why it can't be one, and what to write instead; null: it can.</summary>
    public static string? Objection(string name, string value) =>
        name.Length is 0 or > 128 || char.IsAsciiDigit(name[0]) || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_')
            ? $"{Slug.Quote(name)} is no name of a variable"
        : IsOwn(name) ? $"{name} is set in each cell by Creel itself: leave it out"
        : Masked.IsSecret(name) || IsSecret(value)
            ? $"{name} looks like a secret, and a cell holds none: give a provider's key to the proxy with creel key set, and leave it out here"
        : value.Contains('\0', StringComparison.Ordinal) ? $"{name} has a zero byte in it"
        : value.Length > MostBytes ? $"{name} is longer than {MostBytes} characters: write it into the agent's workspace"
        : null;

    private static bool IsOwn(string name) =>
        name.StartsWith("CREEL_", StringComparison.OrdinalIgnoreCase) || Own.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>A path, an address or a sentence is no key, however many digits it has.</summary>
    private static bool IsSecret(string value) =>
        SecretMask.InValue(value, "***") != value
        || (KeyLook.IsKey(value) && value.All(c => char.IsAsciiLetterOrDigit(c) || "_-.=+".Contains(c)));
}
