namespace Creel.Core.Provisioning.Templates;

/// <summary>Numbers, and what counts as one: true is 1 and false is 0.</summary>
internal static class Number
{
    /// <returns>A whole number or a real one; null where it is neither.</returns>
    public static TemplateValue? Of(TemplateValue value) =>
        value switch
        {
            TemplateValue.Whole or TemplateValue.Real => value,
            TemplateValue.Truth truth => TemplateValue.Of(truth.Value ? 1L : 0L),
            _ => null,
        };

    public static long? Whole(TemplateValue value) => (Of(value) as TemplateValue.Whole)?.Value;

    public static double? Real(TemplateValue value) =>
        Of(value) switch
        {
            TemplateValue.Whole whole => whole.Value,
            TemplateValue.Real real => real.Value,
            _ => null,
        };

    public static bool IsNan(TemplateValue value) => value is TemplateValue.Real { Value: double.NaN };
}
