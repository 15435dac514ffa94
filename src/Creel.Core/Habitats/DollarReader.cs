using System.Globalization;
using Creel.Core.Budgets;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>Numbers that must not lose a digit: they are read as they were written, and have at most 9 decimals.</summary>
internal sealed class DollarReader(Findings findings)
{
    /// <param name="most">It may be as much.</param>
    public decimal? Read(Fields fields, string key, decimal most, bool required = false)
    {
        var value = fields.Any(key);
        if (value is not null && Exact(value) is { } number && number <= most && Money.TryDollars(number, out _))
        {
            return number;
        }

        if (value is not null || required)
        {
            var limit = most.ToString(CultureInfo.InvariantCulture);
            var fine = value is not null && Exact(value) <= most ? " with at most 9 decimals" : "";
            findings.Error(
                value?.At ?? fields.At,
                $"'{key}' must be a number from 0 to {limit}{fine}{(value is null ? "; it is missing" : "")}"
            );
        }

        return null;
    }

    private static decimal? Exact(Json5Node value) =>
        value is not Json5Number { Value: >= 0 and < 1e15 } number ? null
        : decimal.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) ? exact
        : (decimal)number.Value;
}
