using System.Net;
using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Link;
using Creel.Runtime.Brains.OpenClaw;
using Creel.Runtime.Health;
using Creel.Runtime.Journals;
using Creel.Runtime.Link;
using Creel.Runtime.Relay;
using Creel.Runtime.Setups;
using Creel.Runtime.Streams;
using Creel.Runtime.Work;

namespace Creel.Runtime;

/// <summary>The parts of a runtime, and what each message of the hub means to them.</summary>
internal sealed class CellRuntime : ILinkEvents, IDisposable
{
    private readonly RuntimeSettings settings;
    private readonly RuntimeLog log;
    private readonly Journal journal;
    private readonly TaskResults results;
    private readonly TaskSurroundings surroundings;
    private readonly TaskRunner runner;
    private readonly StreamTable streams;
    private readonly HealthSampler health;
    private readonly GatewayKeeper gateway;
    private readonly CellSetup setup;
    private readonly HubLink link;
    private readonly ProxyRelay? relay;
    private readonly CancellationTokenSource stop = new();
    private volatile string name;
    private volatile string workspace;
    private volatile IReadOnlyList<WelcomeAgent> served = [];

    /// <exception cref="Core.CreelException">The state folder can't be written, or the relay's port is taken.</exception>
    public CellRuntime(
        RuntimeSettings settings,
        Func<string, string?> variable,
        RuntimeLog log,
        TimeProvider time,
        bool sudoWorks
    )
    {
        this.settings = settings;
        this.log = log;
        name = settings.Name;
        workspace = WhereItWasStarted() ?? settings.Home;
        journal = new Journal(settings.State, Boot.Name(), () => Guid.NewGuid().ToString("N"));
        var outbox = new Outbox(() => name, time);
        TaskSurroundings? made = null;
        gateway = new GatewayKeeper(settings, () => made!, log, () => health!.Tell());
        surroundings = made = new TaskSurroundings(settings, variable, time, sudoWorks) { Gateway = gateway, Log = log };
        results = new TaskResults(journal, outbox, time, log);
        setup = new CellSetup(settings, () => made, log) { Changed = SetUp };
        runner = new TaskRunner(journal, results, outbox, surroundings, setup, log);
        streams = new StreamTable(outbox, new StreamTargets(runner.Agent, surroundings, log), log);
        health = new HealthSampler(outbox, () => workspace, () => gateway.Health, setup, time);
        link = new HubLink(settings, outbox, this, log, time);
        relay =
            settings.RelayPort > 0 ? new ProxyRelay(new IPEndPoint(IPAddress.Loopback, settings.RelayPort), Targets, log) : null;
        results.Recover();
        if (settings.Agent is { } agent)
        {
            // An older hub says no welcome; the agent then works by the usual policy where it was started.
            runner.Apply([Usual(agent)]);
        }
    }

    /// <summary>
    /// Until <see cref="Stop"/> or the hub's <c>stop</c>; what runs then is ended and reported before this returns.
    /// </summary>
    public async Task RunAsync()
    {
        using var linked = new CancellationTokenSource();
        var relaying = relay?.RunAsync(stop.Token) ?? Task.CompletedTask;
        using var everywhere = settings.Trust is null
            ? null
            : await EveryAddress.OpenAsync(Targets, log, stop.Token).ConfigureAwait(false);
        var answering = everywhere?.RunAsync(stop.Token) ?? Task.CompletedTask;
        var linking = link.RunAsync(linked.Token);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Token.Register(() => stopped.TrySetResult()).ConfigureAwait(false);
        await (await Task.WhenAny(stopped.Task, linking).ConfigureAwait(false)).ConfigureAwait(false);
        log.Write("stopping: what runs is ended");
        await setup.StopAsync().ConfigureAwait(false);
        await runner.StopAsync().ConfigureAwait(false);
        await surroundings.Conversations.Programs.KillAllAsync().ConfigureAwait(false);
        streams.CloseAll();
        await gateway.StopAsync().ConfigureAwait(false);
        await linked.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(linking, relaying, answering).ConfigureAwait(false);
    }

    public void Stop() => stop.Cancel();

    private RelayTargets Targets => new(settings.HubSocket, settings.ProxySocket);

    public Hello Hello() => new(1, RuntimeVersion.Text, journal.Id, journal.Running, runner.Pending, journal.Finished);

    public void Message(Envelope envelope)
    {
        try
        {
            Understand(envelope);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            log.Write($"a message of type {envelope.Type} has a payload of the wrong shape and was dropped");
        }
        catch (Exception e)
        {
            // One message that we fail on must not take the link away from all the others.
            log.Write($"bug: message of type {envelope.Type}: {e}");
        }
    }

    public void Frame(StreamFrame frame)
    {
        try
        {
            streams.Take(frame);
        }
        catch (Exception e)
        {
            log.Write($"bug: stream frame: {e}");
        }
    }

    public void Disconnected()
    {
        runner.UnwatchAll();
        streams.CloseAll();
    }

    public void Dispose()
    {
        relay?.Dispose();
        health.Dispose();
        runner.Dispose();
        journal.Dispose();
        stop.Dispose();
    }

    private void Understand(Envelope envelope)
    {
        switch (envelope.Type)
        {
            case MessageTypes.Welcome:
                Welcome(Whole(JsonSerializer.Deserialize(envelope.Payload.Span, LinkJson.Default.Welcome)));
                break;
            case MessageTypes.Task when TaskOrder.Read(AgentOf(envelope), envelope.Id, envelope.Payload) is { } order:
                runner.Take(order);
                break;
            case MessageTypes.Ack:
                results.Acknowledge(About(envelope));
                break;
            case MessageTypes.Cancel:
                runner.Cancel(About(envelope));
                break;
            case MessageTypes.Watch:
                runner.Watch(About(envelope));
                break;
            case MessageTypes.Unwatch:
                runner.Unwatch(About(envelope));
                break;
            case MessageTypes.Stop:
                stop.Cancel();
                break;
            case MessageTypes.Status when settings.Agent is not null:
                // All that an older hub says on connecting.
                link.Welcomed();
                health.Start(30);
                results.SendAll();
                break;
        }
    }

    private void Welcome(Welcome welcome)
    {
        link.Welcomed();
        if (settings.Agent is null && welcome.Cell is { Length: > 0 } cell)
        {
            name = cell;
        }

        surroundings.Variables = welcome.Variables ?? new Dictionary<string, string>();
        served = welcome.Agents;
        setup.Apply(welcome.Setup, welcome.Agents);
        runner.Apply(welcome.Agents);
        Think();
        workspace = welcome.Agents.Count > 0 ? welcome.Agents[0].Workspace : workspace;
        health.Start(welcome.HealthSeconds);
        results.SendAll();
    }

    private void SetUp()
    {
        runner.Resume();
        Think();
        health.Tell();
    }

    /// <summary>A brain that stays needs the cell ready, as a task does.</summary>
    private void Think()
    {
        if (setup.State == SetupState.Done)
        {
            gateway.Apply(served);
        }
    }

    /// <summary>What is missing in JSON is null here, whatever the types say.</summary>
    private static Welcome Whole(Welcome? welcome) =>
        welcome is { Agents: { } agents, Setup: null or { Command: not null, Mark: not null } }
        && agents.All(a =>
            a is { Id: not null, Workspace: not null, Brain: { Kind: not null, Command: not null }, Policy.Types: not null }
        )
            ? welcome
            : throw new JsonException();

    /// <summary>Null where that folder is gone, or closed to us.</summary>
    private static string? WhereItWasStarted()
    {
        try
        {
            return Directory.GetCurrentDirectory();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string AgentOf(Envelope envelope) => settings.Agent ?? envelope.To;

    private static string About(Envelope envelope) =>
        JsonSerializer.Deserialize(envelope.Payload.Span, LinkJson.Default.TaskNotice)?.TaskId ?? throw new JsonException();

    private WelcomeAgent Usual(string agent)
    {
        var policy = TaskPolicy.Default;
        return new WelcomeAgent(
            agent,
            agent,
            null,
            workspace,
            new WelcomeBrain("native", [], "stdin", "text"),
            new WelcomePolicy(
                policy.AllowSudo,
                policy.MaxConcurrent,
                policy.MaxOutput,
                (long)policy.Timeout.TotalMilliseconds,
                policy.Types
            )
        );
    }
}
