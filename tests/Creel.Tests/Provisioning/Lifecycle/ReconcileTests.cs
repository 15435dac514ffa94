using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning.Lifecycle;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>What holds of every run, whatever was there and wherever it was cut off.</summary>
public sealed class ReconcileTests
{
    private static readonly string[] Texts = ["", "# one", "# two\nline\n", $"T={DesiredAgent.TokenMark}"];
    private static readonly string[] Names = ["AGENTS.md", "BOOTSTRAP.md", "MEMORY.md", "NOSUCH.md", "TOOLS.md", "USER.md"];

    private sealed class Killed : Exception;

    [Fact]
    public void A_second_run_writes_nothing() =>
        Prop.ForAll(
                Arb.From(Scenes()),
                scene =>
                {
                    var world = scene.World();
                    world.RunAsync(scene.Options).Wait();
                    var (writes, puts) = (world.Gateway.Writes, world.Store.Puts);

                    var plan = world.PlanAsync().Result;
                    world.RunAsync().Wait();

                    plan.HasWork.ShouldBeFalse(scene.ToString());
                    world.Gateway.Writes.ShouldBe(writes, scene.ToString());
                    world.Store.Puts.ShouldBe(puts, scene.ToString());
                    Ends(world, scene);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Killed_at_any_step_the_next_run_comes_to_the_same_end() =>
        Prop.ForAll(
                Arb.From(Scenes()),
                Arb.From(Gen.Choose(0, 60)),
                Arb.From(Gen.Elements(true, false)),
                (scene, step, before) =>
                {
                    var whole = scene.World();
                    whole.RunAsync(scene.Options).Wait();

                    var cut = Cut(scene, step, before);
                    cut.RunAsync(scene.Options).Wait();

                    Same(cut, whole, scene);
                    Ends(cut, scene);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Killed_at_any_step_it_comes_to_the_same_end_by_itself_with_all_that_was_asked_for() =>
        Prop.ForAll(
                Arb.From(Scenes()),
                Arb.From(Gen.Choose(0, 60)),
                Arb.From(Gen.Elements(true, false)),
                (scene, step, before) =>
                {
                    var cut = Cut(scene, step, before);
                    if (cut.Store.All.Count < scene.Count || cut.Store.All.Any(r => !Knows(r, scene)))
                    {
                        // Who asked saw it die before it was written down.
                        return;
                    }

                    var whole = scene.World();
                    whole.RunAsync(scene.Options).Wait();
                    cut.RunAsync().Wait();

                    Same(cut, whole, scene);
                    Ends(cut, scene);
                    cut.Wakes.Select(w => w.Agent)
                        .Distinct()
                        .Order()
                        .ShouldBe(whole.Wakes.Select(w => w.Agent).Order(), scene.ToString());
                }
            )
            .QuickCheckThrowOnFailure();

    private static bool Knows(ProvisionRecord record, Scene scene) =>
        record.Standing == Standing.Provisioned || (record.Owed & scene.Asks) == scene.Asks;

    /// <summary>A world in which a run was ended at that step, and in which nothing is in the way of the next.</summary>
    private static LifecycleWorld Cut(Scene scene, int step, bool before)
    {
        var cut = scene.World();
        var left = step;
        (cut.Gateway.Before, cut.Gateway.After) = (_ => Tick(before), _ => Tick(!before));
        (cut.Store.Written, cut.Tokens.Called) = (() => Tick(true), () => Tick(true));
        try
        {
            cut.RunAsync(scene.Options).Wait();
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.Any(i => i is Killed))
        {
            // It is dead: nothing more comes of it.
        }

        (cut.Gateway.Before, cut.Gateway.After) = (_ => { }, _ => { });
        (cut.Store.Written, cut.Tokens.Called) = (() => { }, () => { });
        return cut;

        void Tick(bool counts)
        {
            if (counts && Interlocked.Decrement(ref left) < 0)
            {
                throw new Killed();
            }
        }
    }

    /// <summary>All stand well, with one token that holds where one was wanted and could be written.</summary>
    private static void Ends(LifecycleWorld world, Scene scene)
    {
        foreach (var agent in world.Desired)
        {
            var record = world.Store[agent.Agent.Value];
            record.Standing.ShouldBe(Standing.Provisioned, scene.ToString());
            record.NextTry.ShouldBeNull();
            record.Handover.ShouldBeFalse(scene.ToString());
            // First instructions that are told are in no file of ours.
            foreach (var (name, text) in agent.Files!.Where(f => scene.Older || f.Key != "BOOTSTRAP.md"))
            {
                if (world.Gateway[agent.Registration.Id, name] is { } there && TokenText.Mask(there, agent.Agent) == text)
                {
                    var found = AgentToken.Find(there, agent.Agent);
                    found.ShouldAllBe(t => world.Tokens.Of(agent.Agent.Value).Contains(t), scene.ToString());
                    found.Count.ShouldBe(TokenText.IsMarked(text) ? 1 : 0, scene.ToString());
                    if (found.Count > 0)
                    {
                        // Whatever was made on the way, one is left.
                        world.Tokens.Of(agent.Agent.Value).ShouldBe(found, scene.ToString());
                    }
                }
            }
        }
    }

    private static void Same(LifecycleWorld one, LifecycleWorld other, Scene scene)
    {
        one.Gateway.Ids.ShouldBe(other.Gateway.Ids, scene.ToString());
        one.Gateway.Sessions.ShouldBe(other.Gateway.Sessions, scene.ToString());
        foreach (var agent in one.Desired)
        {
            var id = agent.Registration.Id;
            one.Gateway.Agent(id).ToJsonString().ShouldBe(other.Gateway.Agent(id).ToJsonString(), scene.ToString());
            foreach (var name in Names)
            {
                Masked(one, name).ShouldBe(Masked(other, name), $"{name} in {scene}");
            }

            string? Masked(LifecycleWorld world, string name) =>
                world.Gateway[id, name] is { } text ? TokenText.Mask(text, agent.Agent) : null;
        }
    }

    private static Gen<Scene> Scenes() =>
        from count in Gen.Choose(1, 3)
        from there in Gen.Choose(0, 3)
        from files in Gen.SubListOf(Names)
        from texts in Gen.ArrayOf(Gen.Elements(Texts), 6)
        from theirs in Gen.ArrayOf(Gen.Elements(Texts.Append("# theirs").ToArray()), 6)
        from asks in Gen.Choose(0, 15)
        from prune in Gen.Elements(true, false)
        from older in Gen.Elements(true, false)
        select new Scene(count, there, [.. files], texts, theirs, (ProvisionAsks)asks, prune, older);

    /// <param name="There">So many agents of the gateway were made by others before.</param>
    private sealed record Scene(
        int Count,
        int There,
        IReadOnlyList<string> Files,
        string[] OurTexts,
        string[] Theirs,
        ProvisionAsks Asks,
        bool Prune,
        bool Older
    )
    {
        public ProvisionOptions Options => new() { Asks = Asks, Prune = Prune };

        public LifecycleWorld World()
        {
            var world = new LifecycleWorld();
            world.Gateway.Older = Older;
            for (var i = 0; i < Count; i++)
            {
                var at = i;
                var files = Files.Select(f => (f, OurTexts[(Array.IndexOf(Names, f) + at) % OurTexts.Length])).ToArray();
                world.Desired.Add(LifecycleWorld.Agent($"a{i}", files) with { });
            }

            for (var i = 0; i < There; i++)
            {
                world.Gateway.Put($"mc-a{i}", "old", "/old");
                foreach (var (n, name) in Names.Where(world.Gateway.Supported.Contains).Index())
                {
                    world.Gateway[$"mc-a{i}", name] = Theirs[n].Length == 0 ? null : Theirs[n];
                }
            }

            return world;
        }

        public override string ToString() =>
            $"{Count} wanted, {There} there, files {string.Join(',', Files)}: {string.Join('|', OurTexts)} over {string.Join('|', Theirs)}, {Asks}, prune {Prune}, older {Older}";
    }
}
