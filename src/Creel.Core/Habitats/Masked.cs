using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>A section as it may be shown.</summary>
internal static class Masked
{
    private const string Mask = "***";

    /// <summary>They end like a secret, and are none.</summary>
    private static readonly string[] NoSecrets = ["mainKey", "sessionKey"];
    private static readonly string[] SecretEndings =
    [
        "token",
        "secret",
        "password",
        "passphrase",
        "key",
        "credential",
        "credentials",
        "auth",
        "cookie",
        "webhookurl",
    ];

    /// <summary>
    /// Values whose key sounds like a secret are replaced, and all of <c>env</c>; <c>${VAR}</c> alone is no secret.
    /// </summary>
    public static Json5Node In(string section, string json)
    {
        var root = Json5Reader.Read(section, json).Root ?? new Json5Null(Json5Place.Root(section));
        return Hide(root, section == "env" || IsSecret(section));
    }

    /// <summary>A whole configuration, with another mask.</summary>
    public static Json5Node Hide(Json5Node root, string mask) =>
        root is Json5Object top
            ? top with
            {
                Members =
                [
                    .. top.Members.Select(m =>
                        m with
                        {
                            Value = Hide(m.Value, m.Key == "env" || IsSecret(m.Key, m.Value), mask),
                        }
                    ),
                ],
            }
            : root;

    private static Json5Node Hide(Json5Node node, bool secret, string mask = Mask) =>
        node switch
        {
            Json5Object o => o with
            {
                Members = [.. o.Members.Select(m => m with { Value = Hide(m.Value, secret || IsSecret(m.Key, m.Value), mask) })],
            },
            Json5Array a => a with { Items = [.. a.Items.Select(i => Hide(i, secret, mask))] },
            Json5String s when secret && !IsReference(s.Value) && s.Value.Length > 0 => s with { Value = mask },
            Json5Number n when secret => new Json5String(n.At, mask),
            _ => node,
        };

    /// <summary>A value that stands under a key like that is a secret; an object is a section that only has some.</summary>
    public static bool IsSecret(string key, Json5Node value) =>
        value is not Json5Object && !NoSecrets.Contains(key) && IsSecret(key);

    /// <summary>A secret as it may be shown: a reference to a variable as it is.</summary>
    public static string Value(string written) => IsReference(written) ? written : Mask;

    private static bool IsSecret(string key) => SecretEndings.Any(e => key.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    private static bool IsReference(string text) =>
        text.StartsWith("${", StringComparison.Ordinal) && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1;
}
