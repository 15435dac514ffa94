namespace Creel.Commands.Devices;

internal sealed record DevicesView(IReadOnlyList<DeviceView> Pending, IReadOnlyList<DeviceView> Paired);

internal sealed record DeviceView(
    string DeviceId,
    string ClientId,
    string Platform,
    string? DisplayName,
    IReadOnlyList<string> Scopes,
    string? RequestId,
    string? Reason,
    string? RemoteIp,
    string? ApprovedBy
);
