using System.Net;

namespace Creel.Proxy.Doors;

/// <summary>All cells' sockets, as one endpoint of the web server.</summary>
internal sealed class CellsEndPoint : EndPoint
{
    public override string ToString() => "the cells' sockets";
}
