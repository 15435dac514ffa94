namespace Creel.Server.Cells;

/// <summary>Has something done soon, and once for all who asked meanwhile.</summary>
internal sealed class SettleSoon(Func<Task> settle)
{
    private readonly Lock gate = new();
    private bool asked;
    private Task running = Task.CompletedTask;

    public void Ask()
    {
        lock (gate)
        {
            asked = true;
            if (running.IsCompleted)
            {
                running = Task.Run(RunAsync);
            }
        }
    }

    private async Task RunAsync()
    {
        while (Taken())
        {
            await settle();
        }
    }

    private bool Taken()
    {
        lock (gate)
        {
            var was = asked;
            asked = false;
            return was;
        }
    }
}
