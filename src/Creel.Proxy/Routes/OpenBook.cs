using Creel.Core.Outbound;

namespace Creel.Proxy.Routes;

/// <summary>Lets every call through and counts nothing.</summary>
internal sealed class OpenBook : ICallBook, ICallMeter
{
    public bool ChangesLength => false;

    public bool ReadsOn => false;

    public ValueTask<Admission> AdmitAsync(ModelCall call, ReadOnlyMemory<byte> body, CancellationToken cancel) =>
        new(new Admission.Go(body, this));

    public Task FollowAsync(ProxyOrders orders) => Task.CompletedTask;

    public void Begin(int status, string contentType, bool encoded) { }

    public ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> bytes) => bytes;

    public ReadOnlyMemory<byte> End() => default;

    public ValueTask CloseAsync(CallEnd end) => ValueTask.CompletedTask;
}
