namespace Creel.Core.Provisioning.Templates;

/// <summary>Which values count as true: all but none, false, 0 and what is empty.</summary>
internal static class Truth
{
    public static bool Of(TemplateValue value, Mark at) =>
        value switch
        {
            TemplateValue.Undefined missing => throw Wording.NotThere(missing, at),
            TemplateValue.Nothing => false,
            TemplateValue.Truth truth => truth.Value,
            TemplateValue.Whole whole => whole.Value != 0,
            TemplateValue.Real real => real.Value != 0,
            TemplateValue.Text text => text.Value.Length > 0,
            TemplateValue.Items items => items.All.Count > 0,
            TemplateValue.Map map => map.Members.Count > 0,
            _ => true,
        };
}
