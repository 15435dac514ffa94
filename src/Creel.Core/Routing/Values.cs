using System.Globalization;
using System.Numerics;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Routing;

/// <summary>Values of a configuration as JavaScript would take them.</summary>
internal static class Values
{
    /// <summary>A string as it is; anything else is empty.</summary>
    public static string Text(Json5Node? node) => node is Json5String text ? text.Value : "";

    /// <summary>A string trimmed, a number in digits; null where nothing is left.</summary>
    public static string? Id(Json5Node? node)
    {
        var id = node switch
        {
            Json5String text => RoutingText.Trim(text.Value),
            Json5Number number => Digits(number.Value),
            _ => "",
        };
        return id.Length == 0 ? null : id;
    }

    public static bool Truthy(Json5Node? node) =>
        node switch
        {
            Json5Bool flag => flag.Value,
            Json5String text => text.Value.Length > 0,
            Json5Number number => number.Value != 0 && !double.IsNaN(number.Value),
            Json5Array or Json5Object => true,
            _ => false,
        };

    private static string Digits(double value)
    {
        // From here on JavaScript writes an exponent.
        const double Exponent = 1e21;
        return Math.Abs(value) < Exponent && value == Math.Floor(value)
            ? new BigInteger(value).ToString(CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e+").Replace("E-", "e-");
    }
}
