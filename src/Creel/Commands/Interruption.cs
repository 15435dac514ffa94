namespace Creel.Commands;

/// <summary>The user stopped us while something goes on elsewhere: exit 130, with a word about that.</summary>
/// <param name="goesOn">What goes on, as in <c>task 1 of bart goes on</c>.</param>
/// <param name="remedy">How to look again, and how to undo it.</param>
internal sealed class Interruption(string goesOn, string remedy) : OperationCanceledException(goesOn)
{
    public string Remedy { get; } = remedy;

    /// <summary>Runs what may be interrupted.</summary>
    public static async Task<int> SayAsync(Func<Task<int>> run, string goesOn, string remedy, CancellationToken cancel)
    {
        try
        {
            return await run();
        }
        catch (OperationCanceledException e) when (cancel.IsCancellationRequested && e is not Interruption)
        {
            throw new Interruption(goesOn, remedy);
        }
    }
}
