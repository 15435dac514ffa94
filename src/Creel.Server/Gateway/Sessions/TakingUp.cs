using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Sessions;

/// <summary>
/// Conversations that cells know of, and the host does not. Each agent is asked once, a few at a time; a turn waits for its own agent alone, so
/// that what one cell wrote holds up neither the start nor anybody else.
/// </summary>
internal sealed class TakingUp(ITranscripts transcripts, SessionBook book, ISessionStore store, ILogger log)
{
    private const int AtOnce = 2;

    private readonly ConcurrentDictionary<AgentId, Lazy<Task>> asked = new();
    private readonly SemaphoreSlim places = new(AtOnce);

    /// <summary>Completes when the agent's conversations are known; never fails.</summary>
    public Task OfAsync(AgentId agent) => asked.GetOrAdd(agent, a => new Lazy<Task>(() => Task.Run(() => AskAsync(a)))).Value;

    /// <summary>As if it had not been asked yet.</summary>
    public Task AgainAsync(AgentId agent)
    {
        asked.TryRemove(agent, out _);
        return OfAsync(agent);
    }

    private async Task AskAsync(AgentId agent)
    {
        await places.WaitAsync();
        try
        {
            var named = transcripts.Index(agent, trouble => log.LogWarning("{Trouble}", trouble));
            var fresh = book.Shelf.TakeUp(named.Where(e => SessionKeyRules.IsOneWord(e.Key)));
            if (fresh.Count > 0)
            {
                await store.WriteAsync(new SessionWrite([], [], fresh, []));
                log.LogInformation("{Count} conversations of agent {Agent} were taken up", fresh.Count, agent);
            }
        }
        catch (CreelException e)
        {
            log.LogWarning("what agent {Agent} knows of conversations can't be written down: {Reason}", agent, e.Fault.Message);
        }
        catch (Exception e)
        {
            log.LogError(e, "the conversations of agent {Agent} can't be taken up", agent);
        }
        finally
        {
            places.Release();
        }
    }
}
