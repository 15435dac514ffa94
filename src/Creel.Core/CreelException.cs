namespace Creel.Core;

/// <summary>A fault on its way to whoever asked. Everything else that is thrown is a bug.</summary>
public sealed class CreelException(Fault fault, Exception? inner = null) : Exception(fault.ToString(), inner)
{
    public Fault Fault { get; } = fault;
}
