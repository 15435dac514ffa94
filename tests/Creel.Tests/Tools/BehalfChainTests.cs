using Creel.Core.Sessions;
using Creel.Core.Tools;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Tools;

public class BehalfChainTests
{
    private static readonly string[] Ids = ["1", "2", "3"];

    /// <summary>The rules of each agent are different; what follows from a turn is asked of any of them, on behalf of it and of others.</summary>
    [Fact]
    public void A_chain_of_turns_never_has_more_tools_than_its_first()
    {
        var words = Gen.Elements([.. ToolNames.Native, .. ToolNames.Groups.Keys, "*", "sess*", "stranger"]);
        var some = Gen.ListOf(words).Select(l => (IReadOnlyList<string>?)[.. l.Take(3)]);
        var maybe = Gen.OneOf(some, Gen.Constant((IReadOnlyList<string>?)null));
        var list =
            from allow in maybe
            from also in maybe
            from deny in maybe
            select new ToolList(null, allow, allow is null ? also : null, deny);
        var key = Gen.Elements([.. Ids.Select(i => $"id:{i}"), "*", "username:u1", "channel:telegram:2"]);
        var rules = Gen.ListOf(from k in key from l in list select new SenderRule(k, l))
            .Select(r => (IReadOnlyList<SenderRule>)[.. r.Take(3)]);
        var agent = from wide in rules from own in rules select new ToolRules { BySender = wide, AgentBySender = own };
        var origin =
            from id in Gen.Elements(Ids)
            from owner in Gen.Elements(true, false)
            from limit in Gen.OneOf(list.Select(l => (ToolLimit?)new ToolLimit("room", l)), Gen.Constant((ToolLimit?)null))
            select new TurnOrigin("telegram", "a", null, id, null, owner) { SenderUsername = $"u{id}", Tools = limit };
        var cases =
            from first in origin
            from start in agent
            from chain in Gen.ListOf(
                from next in agent
                from other in Gen.OneOf(origin.Select(o => (TurnOrigin?)o), Gen.Constant((TurnOrigin?)null))
                select (next, other)
            )
            select (first, start, chain: chain.Take(4).ToList());
        Prop.ForAll(
                cases.ToArbitrary(),
                c =>
                {
                    var behalf = TurnBehalf.Of(c.first).With(c.start);
                    var tools = There(behalf);
                    foreach (var (next, other) in c.chain)
                    {
                        behalf = behalf.And(TurnBehalf.Of(other)).With(next);
                        var now = There(behalf);
                        if (!now.IsSubsetOf(tools) || (behalf.Owner && !c.first.Owner))
                        {
                            return false;
                        }

                        tools = now;
                    }

                    return behalf.With(c.start) == behalf.With(c.start).With(c.start) && behalf.And(behalf) == behalf;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static HashSet<string> There(TurnBehalf behalf) =>
        [
            .. ToolPolicy
                .Resolve(
                    ToolRules.Usual,
                    new ToolQuestion("anthropic", "m", Owner: behalf.Owner, Limits: behalf.Limits),
                    ToolNames.All
                )
                .There,
        ];
}
