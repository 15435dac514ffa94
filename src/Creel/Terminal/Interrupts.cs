namespace Creel.Terminal;

/// <summary>Who gets Ctrl-C: usually it ends the program, but a conversation takes it for itself.</summary>
internal sealed class Interrupts
{
    private Action? taker;

    /// <summary>True where somebody took it.</summary>
    public bool Offer()
    {
        var action = Volatile.Read(ref taker);
        action?.Invoke();
        return action is not null;
    }

    /// <returns>To be disposed by who wants no more of them.</returns>
    public IDisposable Take(Action action)
    {
        Volatile.Write(ref taker, action);
        return new Giving(this);
    }

    private sealed class Giving(Interrupts interrupts) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref interrupts.taker, null);
    }
}
