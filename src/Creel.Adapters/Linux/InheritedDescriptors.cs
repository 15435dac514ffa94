namespace Creel.Adapters.Linux;

/// <summary>Descriptors that whoever started Creel left open, and that would otherwise be open in every cell.</summary>
public static class InheritedDescriptors
{
    /// <summary>
    /// Marks everything above standard error as closed on exec. The first thing that <c>creel</c> calls. A kernel without
    /// the call (before 5.11) is let pass: the drivers' launcher closes the low ones itself.
    /// </summary>
    public static void CloseOnExec() => _ = Libc.MarkCloseOnExec(3);
}
