using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>From what went wrong to where an agent stands.</summary>
public static class StandingRule
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>No second try mends these, though they look like a gateway that is away.</summary>
    private static readonly string[] Lasting = ["gateway-garbage", "gateway-tls", "gateway-ca", "gateway-protocol"];

    private static readonly string[] Away =
    [
        "gateway-unreachable",
        "gateway-gone",
        "gateway-flood",
        "gateway-silent",
        "gateway-name",
    ];

    /// <summary>
    /// It is of the gateway as a whole: nobody listens, the line is gone and can't be had again or had to be ended, or nothing is answered.
    /// </summary>
    public static bool IsAway(Fault fault) => Away.Contains(fault.Code);

    /// <summary>One call was not answered in time; it may be that no other is either.</summary>
    public static bool IsSilent(Fault fault) => fault.Code == "gateway-silent";

    /// <summary>It may be otherwise in a while, without a person.</summary>
    public static bool IsTransient(Fault fault) =>
        !Lasting.Contains(fault.Code)
        && (
            fault.Kind is FaultKind.Unavailable or FaultKind.TooMany or FaultKind.Timeout
            // Somebody else wrote there, or took the agent away under us: the next look tells.
            || fault.Code is "gateway-conflict" or "gateway-agent"
        );

    /// <summary>What a person is told of anything that went wrong.</summary>
    public static Fault FaultOf(Exception e) =>
        e switch
        {
            CreelException known => known.Fault,
            OperationCanceledException => Fault.Unavailable(
                "gateway-gone",
                "the line to the gateway was ended here while it was asked",
                "What opens it may have been changed: look at creel gateway list."
            ),
            _ => new Fault(
                FaultKind.Internal,
                "provision-internal",
                $"Creel could not go on with what it found there ({e.GetType().Name})",
                "The log of creel serve has the whole of it. Once that is mended, have it provisioned again."
            ),
        };

    /// <summary>The record after something went wrong.</summary>
    /// <param name="chance">0 to 1: many who wait do not come at once.</param>
    /// <param name="due">When it was to be tried by itself, before somebody tried it; null: it was not.</param>
    /// <param name="unseen">Its gateway could not be looked at, and nothing is known to be owed to it: it stands as it did.</param>
    public static ProvisionRecord After(
        ProvisionRecord record,
        Fault fault,
        DateTimeOffset now,
        double chance,
        DateTimeOffset? due = null,
        bool unseen = false
    )
    {
        var transient = IsTransient(fault);
        // A try before its time postpones nothing.
        var early = transient && due > now;
        return record with
        {
            Standing =
                unseen ? record.Standing
                : record.Standing == Standing.Removing ? Standing.Removing
                : transient ? Standing.Waiting
                : Standing.Failed,
            Error = fault,
            Attempts = record.Attempts + (early ? 0 : 1),
            NextTry =
                early ? due
                : transient ? now + Pause(record.Attempts, chance)
                : null,
            At = unseen ? record.At : now,
        };
    }

    /// <param name="attempts">Of those that went wrong.</param>
    /// <param name="chance">0 to 1: many who wait do not come at once.</param>
    public static TimeSpan Pause(int attempts, double chance) => RetryRule.Pause(FirstPause, attempts, chance, LongestPause);

    /// <summary>Of one that the habitat does not want at its gateway any more: it stays there.</summary>
    /// <param name="named">The habitat has the gateway.</param>
    public static Fault NotWanted(ProvisionRecord record, bool named)
    {
        var place = record.Gateway is { } gateway ? $"--gateway {gateway} " : "";
        var away = $"creel provision {place}--agent {record.Agent} --prune";
        return Fault.NotFound(
            "not-wanted",
            named ? "not wanted any more" : $"not wanted any more: the habitat has no gateway {record.Gateway}",
            !named ? $"It stays there. To take it away: creel gateway add {record.Gateway} URL --token-stdin, then: {away}"
                : record.Made ? $"Take it away: {away}"
                : $"Creel did not make it there. To forget it here: {away}"
        );
    }

    /// <summary>What a person types to have it tried at once.</summary>
    public static string Command(ProvisionRecord record) =>
        record.Standing == Standing.Removing
            ? $"creel provision --gateway {record.Gateway} --agent {record.Agent} --prune"
            : $"creel provision {(record.Gateway is { } gateway ? $"--gateway {gateway} " : "")}--agent {record.Agent}";
}
