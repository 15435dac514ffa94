namespace Creel.Commands.Provisioning;

internal sealed record ProvisionPlansView(IReadOnlyList<ProvisionPlanView> Gateways);

/// <param name="Error">It can't be looked at.</param>
internal sealed record ProvisionPlanView(
    string? Gateway,
    bool Work,
    bool Patches,
    IReadOnlyList<PlannedAgentView>? Agents,
    IReadOnlyList<LeavingView>? Leaving,
    IReadOnlyList<ProblemView>? Problems,
    string? Error,
    string? Remedy
);

internal sealed record PlannedAgentView(
    string Agent,
    string Id,
    bool Work,
    bool Creates,
    bool Absent,
    bool Imported,
    bool Main,
    IReadOnlyList<string>? Changes,
    string? Session,
    string? Token,
    string? Wake,
    IReadOnlyList<PlannedFileView>? Files,
    string? Error,
    string? Remedy,
    bool Invalid
);

internal sealed record PlannedFileView(string Name, string Act, string Why, IReadOnlyList<string>? Diff);

internal sealed record LeavingView(string Agent, string Id, string Act);

/// <param name="Invalid">The habitat says it so that it can't be made.</param>
internal sealed record ProblemView(string Agent, string Error, string? Remedy, bool Invalid);

internal sealed record StandingsView(IReadOnlyList<StandingView> Agents);

internal sealed record StandingView(
    string? Gateway,
    string Agent,
    string? Id,
    string Standing,
    bool AtWork,
    bool Wrote,
    bool Unseen,
    string? Skipped,
    int Attempts,
    DateTimeOffset? NextTry,
    string? Error,
    string? Remedy,
    string? Command,
    IReadOnlyList<string>? Unsupported
);

/// <param name="Event"><c>waits</c>, <c>plan</c>, <c>away</c>, <c>unreached</c>, <c>step</c>, <c>agent</c>, <c>asked</c>, <c>done</c> or <c>fault</c>.</param>
internal sealed record ProvisionEventView(
    string? Event,
    string? Gateway,
    string? Text,
    string? Error,
    string? Code,
    string? Remedy,
    DateTimeOffset? NextTry
);

/// <param name="Seconds">Since the other run began.</param>
internal sealed record ProvisionWaitsEvent(string? Gateway, double Seconds);

internal sealed record ProvisionAgentEvent(StandingView Agent);

internal sealed record ProvisionStepEvent(string? Gateway, string? Agent, string Text);

internal sealed record ProvisionAskedEvent(string Gateway, int Connections, int Calls, int Changes);

internal sealed record ProvisionPlanEvent(ProvisionPlanView Plan);

/// <param name="AgentsUpdated">Null: it was no sync.</param>
internal sealed record ProvisionDoneEvent(
    bool Ok,
    double Seconds,
    IReadOnlyList<StandingView> Agents,
    int? AgentsUpdated,
    int? AgentsUnchanged,
    int? AgentsSkipped,
    bool? MainUpdated
);
