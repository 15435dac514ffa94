using Creel.Core.Habitats.Json5;
using Creel.Core.Policy;

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
        "secrets",
        "password",
        "passwords",
        "passwd",
        "pwd",
        "passphrase",
        "key",
        "credential",
        "credentials",
        "auth",
        "authorization",
        "cookie",
        "cookies",
        "webhookurl",
        "connectionstring",
        "dsn",
    ];

    /// <summary>Under them everything is a secret, whatever it is called: environments of programs, and headers of calls.</summary>
    private static readonly string[] SecretSections = ["env", "environment", "headers"];

    /// <summary>A list under a key that ends so is one of secrets; a number is a count.</summary>
    private static readonly string[] SecretLists = ["tokens", "keys"];

    /// <summary>
    /// Values whose key sounds like a secret are replaced, and all of <c>env</c>; <c>${VAR}</c> alone is no secret.
    /// </summary>
    public static Json5Node In(string section, string json)
    {
        var root = Json5Reader.Read(section, json).Root ?? new Json5Null(Json5Place.Root(section));
        return Hide(root, IsSection(section) || IsSecret(section, root));
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
                            Value = Hide(m.Value, IsSection(m.Key) || IsSecret(m.Key, m.Value), mask),
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
                Members =
                [
                    .. o.Members.Select(m =>
                        m with
                        {
                            Value = Hide(m.Value, secret || IsSection(m.Key) || IsSecret(m.Key, m.Value), mask),
                        }
                    ),
                ],
            },
            Json5Array a => a with { Items = [.. a.Items.Select(i => Hide(i, secret, mask))] },
            Json5String s when secret && !IsReference(s.Value) && s.Value.Length > 0 => s with { Value = mask },
            Json5Number n when secret => new Json5String(n.At, mask),
            Json5String s when !IsReference(s.Value) => s with { Value = SecretMask.InValue(s.Value, mask) },
            _ => node,
        };

    /// <summary>A value that stands under a key like that is a secret; an object is a section that only has some.</summary>
    public static bool IsSecret(string key, Json5Node value) =>
        value is not Json5Object
        && !NoSecrets.Contains(key)
        && (IsSecret(key) || (value is Json5Array && SecretLists.Any(e => key.EndsWith(e, StringComparison.OrdinalIgnoreCase))));

    /// <summary>The name of a variable that holds one, by the sound of it.</summary>
    public static bool IsSecret(string key) => SecretEndings.Any(e => key.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    /// <summary>A step of a path to a secret, or to what is in an environment.</summary>
    public static bool SoundsSecret(string step) => !NoSecrets.Contains(step) && (IsSecret(step) || IsSection(step));

    public static bool IsSection(string key) => SecretSections.Contains(key, StringComparer.OrdinalIgnoreCase);

    /// <summary>A text that is none, without what may be one in it: what stands before a host, a token in an argument.</summary>
    public static string Text(string written) => SecretMask.InValue(written, Mask);

    /// <summary>A secret as it may be shown: a reference to a variable as it is.</summary>
    public static string Value(string written) => IsReference(written) ? written : Mask;

    /// <summary>Nothing but the name of a variable; whatever else is written like one is a text.</summary>
    private static bool IsReference(string text) =>
        text is ['$', '{', (>= 'A' and <= 'Z') or '_', .., '}']
        && !text.AsSpan(2, text.Length - 3).ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}
