namespace Creel.Tests.Attempts;

/// <summary>This test shows that the attempts get through where nothing stands in their way. The inline data of a theory says it too.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShowsAttribute(params string[] ids) : Attribute
{
    public IReadOnlyList<string> Ids => ids;
}
