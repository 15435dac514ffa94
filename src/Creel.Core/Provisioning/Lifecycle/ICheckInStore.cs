namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Keeps what is known of agents' signs of life over restarts.</summary>
public interface ICheckInStore
{
    ValueTask<IReadOnlyList<CheckInState>> ListAsync(CancellationToken cancel = default);

    /// <summary>Adds or replaces.</summary>
    ValueTask PutAsync(IReadOnlyList<CheckInState> states, CancellationToken cancel = default);

    ValueTask RemoveAsync(Resident agent, CancellationToken cancel = default);
}
