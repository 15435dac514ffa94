using Creel.Core;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Sessions;

/// <summary>Reads of transcripts, a few at a time: cells wrote them, and what one costs is theirs to say.</summary>
internal sealed class Readings(ITranscripts transcripts)
{
    private const int AtOnce = 4;

    private readonly SemaphoreSlim places = new(AtOnce);

    /// <param name="most">Bytes, at most.</param>
    public async Task<TranscriptPart> ReadAsync(AgentId agent, string sessionId, int limit, int most, CancellationToken cancel)
    {
        await places.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => transcripts.Tail(agent, sessionId, limit, most), cancel);
        }
        finally
        {
            places.Release();
        }
    }
}
