using Creel.Core.Outbound;
using Creel.Proxy.Dialects;
using Creel.Proxy.Ledger;

namespace Creel.Proxy.Routes;

/// <summary>Where calls are read, priced and booked. Nothing of this may block.</summary>
internal interface ICallBook
{
    /// <summary>May it go? What it may cost at most is reserved then.</summary>
    /// <param name="body">Valid until it has been sent: not to be read once an answer is there.</param>
    /// <param name="limit">As <see cref="CallBook.AdmitAsync"/> asks it.</param>
    ValueTask<Admission> AdmitAsync(ModelCall call, ReadOnlyMemory<byte> body, Func<TokenBound, CallRefusal?> limit);

    /// <summary>Which budgets count from now on; called before the cells of these orders are let in.</summary>
    Task FollowAsync(ProxyOrders orders);
}
