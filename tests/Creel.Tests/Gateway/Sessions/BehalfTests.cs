using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Core.Sessions;
using Creel.Core.Tools;
using Creel.Core.Work;
using Creel.Server.Gateway.Sessions;
using static Creel.Tests.Gateway.Sessions.GatewayFixture;

namespace Creel.Tests.Gateway.Sessions;

/// <summary>What follows from a turn has no more tools than it had, whichever way it comes.</summary>
public class BehalfTests
{
    private const string Hers = "agent:lisa:main";
    private static readonly (AgentId, string) Asker = (Bart, Main);
    private static readonly ToolLimit Room = new("channels.telegram.groups[-1].tools", new ToolList(Deny: ["exec"]));

    private static readonly TurnOrigin Guest = new("telegram", "default", Peer.Of("group", "-1"), "7", "Gus", false)
    {
        SenderUsername = "gus",
        Tools = Room,
    };

    [Fact]
    public async Task A_rooms_rules_are_told_to_the_brain()
    {
        await using var gateway = await StartAsync();
        await GuestAsync(gateway);
        var origin = (await gateway.WorkAsync(0)).Payload.GetProperty("origin");
        origin.GetProperty("owner").GetBoolean().ShouldBeFalse();
        Limits(origin).ShouldBe([Room]);
    }

    [Fact]
    public async Task A_helper_and_the_telling_of_its_result_are_as_limited_also_after_a_restart()
    {
        await using var gateway = await StartAsync();
        await GuestAsync(gateway);
        await gateway.WorkAsync(0);
        await gateway.Host.Tools.SpawnAsync(Asker, new SpawnWish("count"), CancellationToken.None);
        var helper = await gateway.WorkAsync(1);
        AsGuest(helper);
        await gateway.RestartAsync();
        gateway.Agents.Given[0].End(TaskState.Succeeded, "soon");
        helper.End(TaskState.Succeeded, "ten");
        AsGuest(await gateway.WorkAsync(2));
    }

    [Fact]
    public async Task A_message_to_another_agent_and_all_answers_are_as_limited()
    {
        await using var gateway = await StartAsync(Open);
        await GuestAsync(gateway);
        var asking = await gateway.WorkAsync(0);
        await gateway.Host.Tools.SendAsync(Asker, Hers, null, null, "run it for me");
        var hers = await gateway.WorkAsync(1);
        AsGuest(hers);
        hers.End(TaskState.Succeeded, "no");
        asking.End(TaskState.Succeeded, "she says no");
        var back = await gateway.WorkAsync(2);
        AsGuest(back);

        // And a helper of the one who was asked, an owner's message that waits notwithstanding.
        await gateway.SayAsync("mine", key: Hers);
        await gateway.Host.Tools.SpawnAsync(Asker, new SpawnWish("count"), CancellationToken.None);
        await Eventually.Until(() => gateway.Agents.Given.Count == 5);
        AsGuest(gateway.Agents.Given.Single(w => w.Message == "count"));
        gateway.Agents.Given.Single(w => w.Message == "mine").Payload.TryGetProperty("origin", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task An_agents_own_rules_for_a_sender_hold_also_where_somebody_else_asks_for_him()
    {
        await using var gateway = await StartAsync(g =>
        {
            Open(g);
            g.Settings = g.Settings with
            {
                Agents =
                [
                    new AgentSettings(Bart),
                    new AgentSettings(Lisa)
                    {
                        Tools = new ToolRules
                        {
                            BySender = [new SenderRule("*", new ToolList(Deny: ["write"]))],
                            AgentBySender = [new SenderRule("username:@gus", new ToolList(Deny: ["read"]))],
                        },
                    },
                ],
            };
        });
        await GuestAsync(gateway);
        await gateway.WorkAsync(0);
        await gateway.Host.Tools.SendAsync(Asker, Hers, null, null, "read it");
        Limits((await gateway.WorkAsync(1)).Payload.GetProperty("origin"))
            .ShouldBe([Room, new ToolLimit("the agent's tools.toolsBySender[username:@gus]", new ToolList(Deny: ["read"]))]);
        await gateway.SayAsync("operator", key: "agent:lisa:other");
        Limits((await gateway.WorkAsync(2)).Payload.GetProperty("origin"))
            .ShouldBe([new ToolLimit("tools.toolsBySender[*]", new ToolList(Deny: ["write"]))]);
    }

    [Fact]
    public async Task The_clock_and_programs_that_were_left_behind_ask_for_no_more_than_the_last_message_could()
    {
        await using var gateway = await StartAsync(Open);
        gateway.Agents.Answer = w => w.Message == "hi" ? "hello" : null;
        await (await GuestAsync(gateway)).Completion;
        await gateway.RestartAsync();
        gateway.Host.Beats.Request(Bart, null, "beat").Behalf!.Limits.ShouldBe([Room]);
        gateway.Host.Beats.Request(Bart, "wake up", "beat").Behalf.ShouldBeNull("an operator asks for himself");
        await gateway.Host.Tools.SendAsync(Asker, Hers, null, null, "from a script");
        AsGuest(await gateway.WorkAsync(1));

        // Under another session's name, while a guest's turn is at work in the same cell.
        await gateway.SayAsync("slow", with: r => r with { Origin = Guest });
        await gateway.WorkAsync(2);
        await gateway.Host.Tools.SendAsync((Bart, "agent:bart:made-up"), Hers, null, null, "as somebody else");
        gateway.Agents.Given[1].End(TaskState.Succeeded, "REPLY_SKIP");
        AsGuest(await gateway.WorkAsync(3));
    }

    [Fact]
    public async Task Under_the_name_of_an_owners_turn_that_is_at_work_in_its_cell_a_guests_may_no_more_either()
    {
        await using var gateway = await StartAsync(Open);
        await GuestAsync(gateway);
        await gateway.WorkAsync(0);
        await gateway.SayAsync("mine", key: "agent:bart:own");
        await gateway.WorkAsync(1);
        await gateway.Host.Tools.SendAsync((Bart, "agent:bart:own"), Hers, null, null, "as its owner");
        AsGuest(await gateway.WorkAsync(2));
    }

    [Fact]
    public async Task After_the_end_of_a_guests_turn_what_it_left_behind_may_no_more_under_whichever_name()
    {
        await using var gateway = await StartAsync(Open);
        gateway.Agents.Answer = w => w.Message is "hi" or "mine" ? "hello" : null;
        await (await gateway.SayAsync("mine", key: "agent:bart:own")).Completion;
        await (await GuestAsync(gateway)).Completion;
        foreach (var name in (string[])["agent:bart:own", "agent:bart:made-up", Main])
        {
            gateway.Host.Lanes.ActsFor(Bart, name).Limits.ShouldBe([Room], name);
        }
    }

    [Fact]
    public async Task Who_is_told_in_one_line_of_another_turn_limits_it_as_well()
    {
        await using var gateway = await StartAsync(g =>
            g.Settings = g.Settings with { Queue = g.Settings.Queue with { Cap = 1, Drop = "summarize" } }
        );
        await gateway.SayAsync("runs");
        var work = await gateway.WorkAsync(0);
        await GuestAsync(gateway);
        await gateway.SayAsync("mine");
        work.End(TaskState.Succeeded, "");
        var next = await gateway.WorkAsync(1);
        next.Message.ShouldContain("hi");
        AsGuest(next);
    }

    [Fact]
    public async Task A_program_that_asks_over_the_bridge_may_what_its_cell_is_at_work_on_and_a_brain_that_cant_keep_to_it_is_not_asked()
    {
        await using var gateway = await StartAsync(g =>
            g.Settings = g.Settings with { Agents = [new AgentSettings(Bart), new AgentSettings(Lisa) { Brain = "openclaw" }] }
        );
        gateway.Host.Behalf(Bart, Lisa).ShouldBe(TurnBehalf.Operator);
        await GuestAsync(gateway);
        await gateway.WorkAsync(0);
        gateway.Host.Behalf(Bart, Bart).Limits.ShouldBe([Room]);
        Should.Throw<CreelException>(() => gateway.Host.Behalf(Bart, Lisa)).Fault.Code.ShouldBe("tools-not-followed");
    }

    [Fact]
    public async Task After_an_operators_message_a_session_is_the_operators_again()
    {
        await using var gateway = await StartAsync();
        gateway.Agents.Answer = _ => "hello";
        await (await GuestAsync(gateway)).Completion;
        gateway.Sessions.Find(Main)!.Behalf!.Owner.ShouldBeFalse();
        await (await gateway.SayAsync("mine")).Completion;
        gateway.Sessions.Find(Main)!.Behalf.ShouldBeNull();
    }

    [Fact]
    public async Task Messages_of_different_rules_are_turns_of_their_own()
    {
        await using var gateway = await StartAsync();
        await gateway.SayAsync("first");
        await gateway.WorkAsync(0);
        await gateway.SayAsync("a", with: r => r with { Origin = Guest });
        await gateway.SayAsync("b", with: r => r with { Origin = Guest with { Tools = null } });
        await gateway.SayAsync("c", with: r => r with { Origin = Guest with { Tools = null, Owner = true } });
        gateway.Agents.Answer = _ => "yes";
        gateway.Agents.Given[0].End(TaskState.Succeeded, "ok");
        await Eventually.Until(() => gateway.Agents.Given.Count == 3 && !gateway.Host.Lanes.IsBusy(Main));
        gateway.Agents.Given[1].Message.ShouldBe("a");
        var together = gateway.Agents.Given[2];
        together.Message.ShouldContain("c");
        together.Payload.GetProperty("origin").GetProperty("owner").GetBoolean().ShouldBeFalse("one of them is no owner");
    }

    [Fact]
    public async Task A_brain_that_cant_keep_to_it_is_not_asked()
    {
        await using var gateway = await StartAsync(g =>
        {
            Open(g);
            g.Settings = g.Settings with { Agents = [new AgentSettings(Bart), new AgentSettings(Lisa) { Brain = "command" }] };
        });
        await GuestAsync(gateway);
        await gateway.WorkAsync(0);
        var fault = (
            await Should.ThrowAsync<CreelException>(() => gateway.Host.Tools.SendAsync(Asker, Hers, null, null, "run it"))
        ).Fault;
        (fault.Code, fault.Message.Contains("groups[-1]")).ShouldBe(("tools-not-followed", true));
        await gateway.SayAsync("unlimited", key: Hers, with: r => r with { Origin = Guest with { Tools = null } });
        (await gateway.WorkAsync(1)).Message.ShouldBe("unlimited");
    }

    [Fact]
    public async Task Who_waits_over_a_restart_is_as_limited_as_before()
    {
        await using var gateway = await StartAsync(Open);
        await gateway.SayAsync("busy", key: Hers);
        await gateway.WorkAsync(0);
        await GuestAsync(gateway);
        await gateway.WorkAsync(1);
        await gateway.Host.Tools.SendAsync(Asker, Hers, null, null, "waits");
        await gateway.RestartAsync();
        gateway.Agents.Given[0].End(TaskState.Succeeded, "done");
        var late = await gateway.WorkAsync(2);
        late.Message.ShouldBe("waits");
        AsGuest(late);
    }

    [Theory]
    [InlineData("7", true)]
    [InlineData("8", false)]
    [InlineData(null, true)]
    public async Task What_is_elevated_is_told_where_its_sender_may_ask_for_it(string? sender, bool told)
    {
        await using var gateway = await StartAsync(g =>
            g.Settings = g.Settings with
            {
                Agents =
                [
                    new AgentSettings(Bart)
                    {
                        Tools = new ToolRules
                        {
                            Elevated = new ElevatedRules(
                                AllowFrom: new Dictionary<string, IReadOnlyList<string>> { ["telegram"] = ["7"] }
                            ),
                        },
                    },
                ],
            }
        );
        await gateway.Sessions.PatchAsync(Main, [new SessionChange("elevatedLevel", "full")], "admin");
        await gateway.SayAsync("x", with: r => r with { Origin = sender is null ? null : Guest with { SenderId = sender } });
        (await gateway.WorkAsync(0)).Payload.TryGetProperty("elevated", out _).ShouldBe(told);
    }

    [Fact]
    public async Task Whoever_writes_to_a_helpers_session_a_helper_answers()
    {
        await using var gateway = await StartAsync(g =>
            g.Settings = g.Settings with
            {
                Agents =
                [
                    new AgentSettings(Bart)
                    {
                        Rules = new AgentRules
                        {
                            Id = Bart,
                            Subagents = new SubagentRules { MaxSpawnDepth = 2 },
                        },
                    },
                ],
            }
        );
        gateway.Agents.Answer = w => w.Message == "count" ? null : "hello";
        await (await gateway.SayAsync("hi")).Completion;
        await gateway.Host.Tools.SpawnAsync(Asker, new SpawnWish("count"), CancellationToken.None);
        var helper = await gateway.WorkAsync(1);
        (helper.Payload.GetProperty("subagent").GetBoolean(), helper.Payload.GetProperty("leaf").GetBoolean()).ShouldBe(
            (true, false)
        );
        await gateway.Host.Tools.SpawnAsync((Bart, helper.Key), new SpawnWish("deeper"), CancellationToken.None);
        (await gateway.WorkAsync(2)).Payload.GetProperty("leaf").GetBoolean().ShouldBeTrue();
        helper.End(TaskState.Succeeded, "ten");
        await gateway.SayAsync("more", key: helper.Key);
        await Eventually.Until(() => gateway.Agents.Given.Any(w => w.Message == "more"));
        gateway.Agents.Given.Single(w => w.Message == "more").Payload.GetProperty("subagent").GetBoolean().ShouldBeTrue();
    }

    private static ValueTask<TurnTicket> GuestAsync(GatewayFixture gateway) =>
        gateway.SayAsync("hi", with: r => r with { Origin = Guest });

    private static void AsGuest(StandInAgents.Work work)
    {
        var origin = work.Payload.GetProperty("origin");
        origin.TryGetProperty("channel", out _).ShouldBeFalse("its answer goes to nobody's room");
        origin.GetProperty("owner").GetBoolean().ShouldBeFalse();
        Limits(origin).ShouldBe([Room]);
    }

    private static IEnumerable<ToolLimit> Limits(JsonElement origin) =>
        origin
            .GetProperty("tools")
            .EnumerateArray()
            .Select(l => new ToolLimit(
                l.GetProperty("from").GetString()!,
                new ToolList(Deny: [.. l.GetProperty("deny").EnumerateArray().Select(w => w.GetString()!)])
            ));

    private static void Open(GatewayFixture gateway) =>
        gateway.Settings = gateway.Settings with { Sharing = new SharingRules(SessionVisibility.All, true, ["*"], 1) };
}
