using System.Reflection;

namespace Creel.Tests.Architecture;

public class WallTests
{
    /// <summary>Which project may reference which, and why. What is not here is a wall.</summary>
    private static readonly (string From, string To, string Reason)[] ProjectEdges =
    [
        ("Creel.Adapters", "Creel.Core", "adapters implement its ports"),
        ("Creel.Server", "Creel.Core", "live state is driven by its decisions, through its ports"),
        ("Creel.Runtime", "Creel.Core", "both ends of the link speak the same words"),
        ("Creel.Proxy", "Creel.Core", "it is told in Core's words what may leave a cell"),
        ("creel", "Creel.Core", "it prints Core's values"),
        ("creel", "Creel.Adapters", "it composes"),
        ("creel", "Creel.Server", "it composes"),
    ];

    /// <summary>Which room of the server may use which. Core's rooms are open to all.</summary>
    private static readonly (string From, string To, string Reason)[] ServerEdges =
    [
        ("Audits", "Web", "a detail is JSON, written as answers are"),
        ("Outbound", "Audits", "who granted money, and which budget runs out, is written down"),
        ("Hub", "Audits", "who asked whom for what is written down"),
        ("Cells", "Audits", "what became of each cell is written down"),
        ("Hub", "Web", "its routes stand behind the gate"),
        ("Cells", "Web", "its routes stand behind the gate"),
        ("Outbound", "Web", "its routes stand behind the gate"),
        ("Outbound", "Audits", "who had a cell learn is written down"),
        ("Cells", "Hub", "a cell that starts needs its door at the hub"),
        ("Gateway", "Audits", "whose conversation was changed or ended by whom is written down"),
        ("Gateway", "Web", "its routes stand behind the gate"),
        ("Gateway", "Hub", "a cell that asks is known by its door"),
        ("Provisioning", "Audits", "which gateway was added or removed by whom is written down"),
        ("Provisioning", "Web", "its routes stand behind the gate"),
    ];

    /// <summary>
    /// Which room of the hub may use which: from what comes in, down to the wire and the books, and never round. Its root puts
    /// all together.
    /// </summary>
    private static readonly (string From, string To, string Reason)[] HubEdges =
    [
        ("Seats", "Links", "a seat has a connection"),
        ("Tasks", "Seats", "a task is a seat's"),
        ("Tasks", "Links", "a task leaves on a link"),
        ("Tasks", "Books", "each end is counted"),
        ("Agents", "Seats", "who comes takes a seat"),
        ("Agents", "Links", "who goes loses its connection"),
        ("Agents", "Tasks", "who goes leaves tasks to end"),
        ("Peers", "Links", "a peer is at the other end of a link"),
        ("Peers", "Seats", "a connection serves seats"),
        ("Peers", "Tasks", "what comes in is a task's start or end"),
        ("Peers", "Agents", "a token proves which one it is"),
        ("Bridges", "Agents", "an agent sees who is there"),
        ("Bridges", "Links", "it answers on the link of who asked"),
        ("Bridges", "Seats", "who asks"),
        ("Bridges", "Tasks", "a question is a task"),
        ("Streams", "Links", "its pieces travel on a link"),
        ("Streams", "Seats", "a stream leads to an agent"),
    ];

    /// <summary>Which room of the gateway may use which: none. They meet at Core's ports, and who composes serve joins them.</summary>
    private static readonly (string From, string To, string Reason)[] GatewayEdges = [];

    /// <summary>Which room of the proxy may use which. Its root puts all together.</summary>
    private static readonly (string From, string To, string Reason)[] ProxyEdges =
    [
        ("Doors", "Hardening", "who may reach a socket is the kernel's matter"),
        ("Keys", "Hardening", "files of its own user alone"),
        ("Egress", "Doors", "a connection is a cell's"),
        ("Egress", "Logs", "what was refused is written down"),
        ("Intercept", "Doors", "whose names are answered for"),
        ("Intercept", "Egress", "what is not answered is passed on, or refused"),
        ("Intercept", "Hardening", "files of its own user alone"),
        ("Intercept", "Keys", "the authority's key is kept as they are"),
        ("Routes", "Doors", "a request is a cell's"),
        ("Routes", "Egress", "what leaves is dialled and refused there"),
        ("Routes", "Keys", "a call gets its key"),
        ("Routes", "Logs", "what was called is written down"),
        ("Routes", "Dialects", "a refusal is said in the words of who was asked"),
        ("Routes", "Ledger", "a call is admitted, metered and settled by the book"),
        ("Routes", "Offline", "a call may be answered here instead of out there"),
        ("Offline", "Dialects", "a call is known by its path, with its version or without"),
        ("Offline", "Prices", "the models that can be asked for are those with a price"),
        ("Control", "Hardening", "who may command is the kernel's word"),
        ("Control", "Doors", "orders open and close them"),
        ("Control", "Keys", "keys go in"),
        ("Control", "Routes", "the book is told of the budgets"),
        ("Control", "Logs", "who asks is told what happened"),
        ("Control", "Ledger", "who asks is told what was spent"),
        ("Control", "Prices", "who asks is told what things cost"),
        ("Dialects", "Prices", "what a call may cost is read with its prices"),
        ("Ledger", "Dialects", "a call is read before it is booked"),
        ("Ledger", "Prices", "what was used is charged"),
    ];

    /// <summary>Which folder of the adapters may use which: each is one foreign thing; only the kernel and TLS lie beneath others.</summary>
    private static readonly (string From, string To, string Reason)[] AdapterEdges =
    [
        ("Files", "Linux", "a file is written whole by the kernel's rename and sync"),
        ("Host", "Linux", "a cell is started, limited and killed by the kernel"),
        ("Bubblewrap", "Linux", "a cell is started, limited and killed by the kernel"),
        ("Docker", "Linux", "the folders of a cell are held and checked as for any driver"),
        (
            "Systemd",
            "Linux",
            "a cell's folders are checked, its end is awaited and its use is read in the kernel's files; files of units never leave their folder"
        ),
        ("OpenClaw", "Tls", "a gateway elsewhere is known by its certificate"),
        ("Telegram", "Tls", "and so is Telegram"),
        ("OpenClaw", "Linux", "what lies in a cell's folders is reached beneath them"),
        ("Launchd", "Linux", "a file is written whole by the kernel's rename and sync"),
    ];

    [Fact]
    public void Projects_reference_only_what_the_table_allows()
    {
        var assemblies = new[] { "Creel.Core", "Creel.Adapters", "Creel.Server", "creel-runtime", "creel-proxy", "creel" };
        foreach (var assembly in assemblies.Select(Assembly.Load))
        {
            var from = Project(assembly.GetName().Name!);
            foreach (var to in assembly.GetReferencedAssemblies().Select(r => r.Name!).Where(assemblies.Contains))
            {
                ProjectEdges.ShouldContain(edge => edge.From == from && edge.To == Project(to), $"{from} → {to} is a wall");
            }
        }
    }

    [Fact]
    public void Core_has_no_packages() =>
        Assembly
            .Load("Creel.Core")
            .GetReferencedAssemblies()
            .Select(r => r.Name!)
            .ShouldAllBe(name => name.StartsWith("System.", StringComparison.Ordinal) || name == "netstandard");

    [Fact]
    public void Rooms_of_the_server_use_only_what_the_table_allows() => CheckRooms("Creel.Server", ServerEdges);

    [Fact]
    public void Rooms_of_the_hub_use_only_what_the_table_allows() => CheckRooms("Creel.Server.Hub", HubEdges);

    [Fact]
    public void No_room_of_the_hub_leads_back_to_itself()
    {
        var (left, before) = (HubEdges, 0);
        do
        {
            before = left.Length;
            left = [.. left.Where(edge => left.Any(e => e.From == edge.To))];
        } while (left.Length < before);

        left.Select(e => $"{e.From} → {e.To}").ShouldBeEmpty();
    }

    [Fact]
    public void Rooms_of_the_gateway_use_only_what_the_table_allows() => CheckRooms("Creel.Server.Gateway", GatewayEdges);

    [Fact]
    public void Rooms_of_the_proxy_use_only_what_the_table_allows() => CheckRooms("Creel.Proxy", ProxyEdges);

    [Fact]
    public void Folders_of_the_adapters_use_only_what_the_table_allows() => CheckRooms("Creel.Adapters", AdapterEdges);

    [Fact]
    public void The_server_names_no_foreign_product()
    {
        var products = new[] { "bwrap", "bubblewrap", "sqlite", "docker", "systemctl", "telegram" };
        var named =
            from file in SourceTree.Product
            where file.Project == "Creel.Server"
            from product in products
            where file.Text.Contains(product, StringComparison.OrdinalIgnoreCase)
            select $"{file.Path} names {product}";
        named.ShouldBeEmpty();
    }

    [Fact]
    public void Every_namespace_is_its_folder()
    {
        var strays =
            from file in SourceTree.Product
            let folder = Path.GetDirectoryName(file.Path)!["src/".Length..].Replace('/', '.')
            let line = file.Text.Split('\n').FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal))
            where line is not null && line.Trim() != $"namespace {folder};"
            select $"{file.Path}: {line.Trim()}";
        strays.ShouldBeEmpty();
    }

    private static string Project(string assembly) =>
        assembly switch
        {
            "creel-runtime" => "Creel.Runtime",
            "creel-proxy" => "Creel.Proxy",
            _ => assembly,
        };

    /// <param name="parent">A namespace; its rooms are the folders in it.</param>
    private static void CheckRooms(string parent, (string From, string To, string Reason)[] edges)
    {
        var folder = $"src/{parent.Replace("Creel.Server.", "Creel.Server/", StringComparison.Ordinal)}/";
        var files = SourceTree.Product.Where(f => f.Path.StartsWith(folder, StringComparison.Ordinal)).ToList();
        var rooms = files.Select(f => Room(f.Path)).Where(r => r.Length > 0).Distinct().ToList();
        rooms.Count.ShouldBeGreaterThan(1);
        var broken =
            from file in files
            let own = Room(file.Path)
            where own.Length > 0
            from to in rooms
            where to != own && !edges.Any(e => e.From == own && e.To == to) && SourceTree.Names(file.Text, parent, to)
            select $"{file.Path} uses {parent}.{to}";
        broken.ShouldBeEmpty();
        edges.ShouldAllBe(edge => edge.Reason.Length > 0);

        string Room(string path) => path[folder.Length..].Split('/') is { Length: > 1 } parts ? parts[0] : "";
    }
}
