namespace Creel.Runtime;

/// <summary>Where a driver keeps what a runtime says: often a file, whose disk may be full.</summary>
internal static class StandardError
{
    /// <summary>What can't be written is lost; that must never end the runtime.</summary>
    public static void Write(string text)
    {
        try
        {
            Console.Error.Write(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is nowhere left to say it.
        }
    }
}
