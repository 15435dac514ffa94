using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>A habitat with its variables replaced, but for those of secrets, which stay as they were written.</summary>
internal static class SecretsUnread
{
    /// <param name="expanded">Of the same shape as <paramref name="written"/>.</param>
    public static Json5Object In(Json5Object expanded, Json5Object written) => (Json5Object)Mix(expanded, written, secret: false);

    private static Json5Node Mix(Json5Node expanded, Json5Node written, bool secret) =>
        (expanded, written) switch
        {
            (Json5Object one, Json5Object two) when one.Members.Count == two.Members.Count => one with
            {
                Members =
                [
                    .. one.Members.Zip(
                        two.Members,
                        (e, w) => e with { Value = Mix(e.Value, w.Value, secret || Masked.IsSecret(e.Key, w.Value)) }
                    ),
                ],
            },
            (Json5Array one, Json5Array two) when one.Items.Count == two.Items.Count => one with
            {
                Items = [.. one.Items.Zip(two.Items, (e, w) => Mix(e, w, secret))],
            },
            (Json5String, Json5String) when secret => written,
            _ => expanded,
        };
}
