namespace Creel.Tests.Architecture;

/// <summary>Core's rooms may use each other. Where two need each other, that is frozen here with its reason: no more of it comes by chance.</summary>
public class CoreRoomTests
{
    private const string Core = "Creel.Core";

    /// <summary>Every edge that lies on a circle. A habitat says all that there is, so most circles pass through it.</summary>
    private static readonly (string From, string To, string Reason)[] Circles =
    [
        ("Habitats", "Isolation", "a habitat says levels, networks and limits in the words of cells"),
        ("Habitats", "Outbound", "it says upstreams, prices and the offline script in the words of what leaves"),
        ("Habitats", "Policy", "the drivers that it may name are those of the table of networks"),
        ("Habitats", "Routing", "peers, channels and conversations in it are read by the rules that route them"),
        ("Habitats", "Work", "the task types that an agent may are those that there are"),
        ("Isolation", "Habitats", "a cell is designed from a habitat"),
        ("Isolation", "Link", "what a runtime was told is compared as it goes over the link"),
        ("Isolation", "Outbound", "a cell's brains are told which models they can ask"),
        ("Isolation", "Policy", "a design claims what its driver holds"),
        ("Link", "Habitats", "what a habitat says of a mind goes over the link as it is"),
        ("Outbound", "Habitats", "the proxy's orders are made from a habitat"),
        ("Outbound", "Isolation", "what may leave hangs on the cell's network"),
        ("Policy", "Isolation", "the tables are about levels, networks and drivers"),
        ("Routing", "Habitats", "bindings and sessions are read out of a habitat"),
        ("Work", "Link", "what a runtime says when it comes back decides what becomes of its tasks"),
    ];

    [Fact]
    public void Rooms_of_core_need_each_other_only_where_the_table_says_why()
    {
        var edges = Edges();
        edges.Count.ShouldBeGreaterThan(20);
        var circles = edges.Where(edge => Reach(edges, edge.To).Contains(edge.From)).Order().ToList();
        circles.ShouldBe(Circles.Select(c => (c.From, c.To)).Order());
        Circles.ShouldAllBe(edge => edge.Reason.Length > 0);
    }

    private static HashSet<(string From, string To)> Edges()
    {
        var files = SourceTree
            .Product.Where(f => f.Project == Core)
            .Select(f => (Room: f.Path.Split('/') is { Length: > 3 } parts ? parts[2] : "", f.Text))
            .Where(f => f.Room.Length > 0)
            .ToList();
        var rooms = files.Select(f => f.Room).Distinct().ToList();
        return
        [
            .. from file in files
            from to in rooms
            where to != file.Room && SourceTree.Names(file.Text, Core, to)
            select (file.Room, to),
        ];
    }

    private static HashSet<string> Reach(HashSet<(string From, string To)> edges, string from)
    {
        var seen = new HashSet<string> { from };
        var open = new Stack<string>(seen);
        while (open.TryPop(out var room))
        {
            foreach (var (_, to) in edges.Where(e => e.From == room))
            {
                if (seen.Add(to))
                {
                    open.Push(to);
                }
            }
        }

        return seen;
    }
}
