using Creel.Adapters.OpenClaw;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Sessions;
using Creel.Roots;
using Creel.Server.Audits;
using Creel.Server.Gateway.Sessions;
using Creel.Tests.Gateway.Sessions;
using Creel.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Cells;

/// <summary>What is put into a cell's folders before it starts, in a serve that is whole but for its driver and its agents.</summary>
public sealed class BeforeStartTests
{
    private static readonly AgentId Bart = AgentId.Parse("bart");

    [Fact]
    public async Task What_an_openclaw_left_is_there_before_the_cell_is_and_the_next_message_goes_on_with_it()
    {
        await using var world = new World { Named = "openclaw.json" };
        var old = Path.Combine(Path.GetDirectoryName(world.HabitatFile)!, "agents", "bart", "sessions");
        Directory.CreateDirectory(old);
        var lately = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        File.WriteAllText(
            Path.Combine(old, "sessions.json"),
            $$$"""{"agent:bart:main":{"sessionId":"0ld","updatedAt":{{{lately}}}}}"""
        );
        File.WriteAllText(Path.Combine(old, "0ld.jsonl"), "{}\n");
        await world.ServeAsync();

        using var folder = new StoreFolder();
        await using var store = await SqliteStore.OpenAsync(folder.File);
        await using var audit = new AuditTrail(store.Audit, TimeProvider.System, NullLogger.Instance);
        var agents = new StandInAgents { Answer = _ => "hi" };
        var config = new SessionsConfig
        {
            Settings = new SettingsInForce(() => world.Host.Habitat).Now,
            ComesAsync = world.Host.ComesAsync,
        };
        await using var sessions = new SessionsHost(
            config,
            store.Sessions,
            new CellTranscripts(world.Host.Place),
            agents,
            agents,
            audit,
            TimeProvider.System,
            NullLogger.Instance
        );
        await sessions.StartAsync();
        var log = new Creel.Tests.Hub.LogLines();
        world.Host.BeforeStart = place =>
        {
            // This disk makes folders by name alone.
            Directory.CreateDirectory(place.State);
            OldState.Bring(place, world.Host.Habitat?.StateFolder, sessions.LookAgainAsync, log);
        };
        bool? there = null;
        world.Driver.Starting = (spec, _) =>
        {
            there = File.Exists(Path.Combine(spec.StateFolder, "agents", "bart", "sessions", "0ld.jsonl"));
            return Task.CompletedTask;
        };

        await world.UpAsync("{ agents: { list: [{ id: 'bart', default: true }] } }");

        there.ShouldBe(true);
        log.Text.ShouldContain("1 transcripts of agent bart came along");
        var ticket = await sessions.Turns.SubmitAsync(new TurnRequest("r1", Bart, "agent:bart:main", "hello") { From = "admin" });
        (await ticket.Completion).SessionId.ShouldBe("0ld");

        // It comes along once: what is done there later stays there.
        File.WriteAllText(Path.Combine(old, "new.jsonl"), "{}\n");
        await world.SetAsync("bart", running: false);
        await world.SetAsync("bart", running: true);
        File.Exists(Path.Combine(world.Host.Place(Bart)!.State, "agents", "bart", "sessions", "new.jsonl")).ShouldBeFalse();
    }
}
