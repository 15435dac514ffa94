using System.IO.Pipelines;
using System.Text;

namespace Creel.Proxy.Egress;

/// <summary>A whole answer to a <c>CONNECT</c> that is not let through.</summary>
internal static class TunnelAnswer
{
    public static async Task RefuseAsync(PipeWriter output, string rule, string why)
    {
        var status = rule switch
        {
            "bad-target" => "400 Bad Request",
            "unknown-host" or "unreachable" => "502 Bad Gateway",
            _ => "403 Forbidden",
        };
        var body = $"refused ({rule}): {why}\n";
        var head =
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            + $"X-Creel-Rule: {rule}\r\nConnection: close\r\n\r\n";
        await output.WriteAsync(Encoding.UTF8.GetBytes(head + body)).ConfigureAwait(false);
        await output.CompleteAsync().ConfigureAwait(false);
    }
}
