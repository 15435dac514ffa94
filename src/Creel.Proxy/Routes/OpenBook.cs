using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Proxy.Dialects;
using Creel.Proxy.Ledger;

namespace Creel.Proxy.Routes;

/// <summary>Lets every call through and counts nothing.</summary>
internal sealed class OpenBook : ICallBook, ICallMeter
{
    public bool ChangesLength => false;

    public bool ReadsOn => false;

    public long? Used => 0;

    public ValueTask<Admission> AdmitAsync(ModelCall call, ReadOnlyMemory<byte> body, Func<TokenBound, CallRefusal?> limit) =>
        new(new Admission.Goes(body, this));

    public Task FollowAsync(ProxyOrders orders) => Task.CompletedTask;

    public void Begin(int status, string? contentType, string? contentEncoding) { }

    public ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> slice) => slice;

    public ReadOnlyMemory<byte> End() => default;

    public void Close(CallOutcome outcome) { }
}
