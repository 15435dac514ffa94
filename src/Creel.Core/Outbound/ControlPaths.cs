namespace Creel.Core.Outbound;

/// <summary>What the proxy's control socket answers to; both ends take the words from here.</summary>
public static class ControlPaths
{
    /// <summary>In the run folder. It lets in whoever runs the proxy, and root; the kernel tells who knocks.</summary>
    public const string SocketName = "proxy-control.sock";

    /// <summary>GET: a <see cref="ProxyStatus"/>.</summary>
    public const string Status = "/status";

    /// <summary>PUT: <see cref="ProxyOrders"/>, which replace those before.</summary>
    public const string Orders = "/orders";

    /// <summary>
    /// PUT <c>/keys/UPSTREAM[?group=ID]</c>: the body is the key, and it never comes out again; DELETE forgets it.
    /// </summary>
    public const string Keys = "/keys";

    /// <summary>
    /// PUT <c>/tokens/GROUP[?replace=1]</c>: the body is the SHA-256 of the group's token for the compatibility port, so that not
    /// even the proxy is told the token itself; DELETE forgets it.
    /// </summary>
    public const string Tokens = "/tokens";

    /// <summary>GET <c>[?group=ID][&amp;follow=1]</c>: a <see cref="Denial"/> a line, the oldest first.</summary>
    public const string Denials = "/denials";

    /// <summary>GET <c>[?group=ID]</c>: a <see cref="CallFact"/> a line, of the last calls, the oldest first.</summary>
    public const string Calls = "/calls";

    /// <summary>GET <c>?cell=ID</c>: an array of egress rules that would let through what the cell reached while it learned.</summary>
    public const string Learned = "/learned";

    /// <summary>GET <c>[?group=ID][&amp;hours=N]</c>: a <see cref="Budgets.SpendReport"/> of the last N hours; 24 where nobody says.</summary>
    public const string Spend = "/spend";

    /// <summary>GET <c>/book/CALL</c>: a <see cref="Budgets.CallRecord"/>.</summary>
    public const string Book = "/book";

    /// <summary>POST a <see cref="GrantOrder"/>: answers a <see cref="GrantAnswer"/> once it is on disk.</summary>
    public const string Grants = "/grants";

    /// <summary>GET: a <see cref="Budgets.PriceReport"/>.</summary>
    public const string Prices = "/prices";

    /// <summary>POST: ends the proxy once no call is under way, or after half a minute.</summary>
    public const string Stop = "/stop";

    /// <summary>Bytes of a key, at most.</summary>
    public const int LongestKey = 4096;
}
