using System.Net;
using Creel.Core;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Web;

/// <summary>Answers wrong tokens: 401, and 429 to whoever keeps guessing. A right token is never held up by wrong ones.</summary>
internal sealed class AccessRefusals(TimeProvider time)
{
    private readonly TokenBuckets<IPAddress> failures = new(burst: 20, each: TimeSpan.FromSeconds(1), time);
    private Action<HttpContext>? listener;

    /// <summary>Hears of each refusal that came within the rate.</summary>
    public void Listen(Action<HttpContext> refused) => listener = refused;

    public CreelException Refuse(
        HttpContext context,
        string message = "this wants the admin token",
        string remedy = "send it in the header Authorization: Bearer <token>"
    )
    {
        if (!failures.TryTake(context.Connection.RemoteIpAddress ?? IPAddress.None))
        {
            return new CreelException(
                new Fault(
                    FaultKind.TooMany,
                    "too-many-failures",
                    "too many wrong tokens from this address",
                    "wait a second between tries"
                )
            );
        }

        listener?.Invoke(context);
        return new CreelException(new Fault(FaultKind.Unauthenticated, "token", message, remedy));
    }
}
