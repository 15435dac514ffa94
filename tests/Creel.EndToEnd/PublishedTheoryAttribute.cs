namespace Creel.EndToEnd;

/// <summary>A <see cref="PublishedFactAttribute"/> with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PublishedTheoryAttribute : TheoryAttribute
{
    public PublishedTheoryAttribute() => Skip = new PublishedFactAttribute().Skip;
}
